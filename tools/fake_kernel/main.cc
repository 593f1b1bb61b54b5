// fake-kernel: runs a program with its netfilter netlink sockets served by a fake kernel.
#include <cstdio>

#include "options.h"
#include "session.h"

int main(int argc, char** argv) {
  using namespace cttimeout::wrapper;
  const auto parsed = parse_options(argc, argv);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  const auto status = run_session(std::get<Options>(parsed));
  if (status) return *status;
  std::fprintf(stderr, "fake-kernel: %s\n", status.error().c_str());
  return exit_failed;
}
