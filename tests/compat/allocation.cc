// Lets each allocation fail in turn while a program uses every part of the library.

#include <cstdio>

#include "difference.h"
#include "guarded_memory.h"
#include "support/reply.h"

namespace cttimeout::test {

namespace {

/// What a program does; false if it was told that there is no memory.
bool use(const Library& library, const Bytes& message) {
  nfct_timeout* t = library.alloc();
  if (t == nullptr) return false;
  char memory[CTTIMEOUT_REQUEST_MAX];
  char text[1024];
  library.parse(reinterpret_cast<const nlmsghdr*>(message.data()), t);
  library.set(t, NFCT_TIMEOUT_ATTR_NAME, "web");
  library.set_u8(t, NFCT_TIMEOUT_ATTR_L4PROTO, tcp);
  library.set_timeout(t, NFCT_TIMEOUT_ATTR_TCP_UNACK, 1);
  library.build_payload(library.build_header(memory, IPCTNL_MSG_TIMEOUT_NEW, 0, 1), t);
  library.build_request(memory, sizeof memory, IPCTNL_MSG_TIMEOUT_NEW, 0, 1, t);
  library.print(text, sizeof text, t, NFCT_TIMEOUT_O_DEFAULT, 0);
  library.print_all(text, sizeof text, t);
  library.unset(t, NFCT_TIMEOUT_ATTR_POLICY);
  library.free(t);
  return true;
}

}  // namespace

}  // namespace cttimeout::test

int main(int argc, char** argv) {
  using namespace cttimeout::test;
  if (argc != 2) return 2;
  const Library library = open_library(argv[1]);
  const Bytes message = policy_message({"x", ipv4, udp, {1, 2}});
  guard_memory();
  fail_allocations_after(1000);
  const bool completed = use(library, message);
  const std::size_t needed = allocations();
  std::size_t refused = 0;
  for (std::size_t count = 0; count < needed; ++count) {
    fail_allocations_after(count);
    if (!use(library, message)) ++refused;
  }
  fail_allocations_after(1000);
  std::printf("%zu of %zu allocations may fail\n", refused, needed);
  return completed && needed > 0 && refused == needed ? 0 : 1;
}
