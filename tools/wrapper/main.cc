// fake-kernel: runs a program with its netfilter netlink sockets served by a fake kernel.
#include <cstdio>
#include <exception>

#include "faults/torture.h"
#include "options.h"
#include "process/guard.h"
#include "session.h"

namespace {

int exit_status(const cttimeout::tools::wrapper::Ended& ended) {
  return ended.status == 0 && ended.unclean ? cttimeout::tools::wrapper::exit_found : ended.status;
}

int run(int argc, char** argv) {
  using namespace cttimeout::tools::wrapper;
  const auto parsed = parse_options(argc, argv);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  const auto& options = std::get<Options>(parsed);
  const auto status =
      options.torture ? run_torture(options) : run_session(options).map(&exit_status);
  if (status) return *status;
  std::fprintf(stderr, "fake-kernel: %s\n", status.error().c_str());
  return exit_failed;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {  // out of memory
    std::fprintf(stderr, "fake-kernel: %s\n", error.what());
    return cttimeout::tools::wrapper::exit_failed;
  }
}
