// Fuzzes a parser of one's own with what the kernel sends: true replies, and replies with damage.
#include <libmnl/libmnl.h>

#include "fuzz/draw_reply.h"
#include "fuzz/mutate.h"

// The parser under test; put yours in its place. This one counts messages. mnl_cb_run of libmnl
// 1.0.4 would be found reading beyond the datagram: it takes a length above INT_MAX for a negative.
int parse(const void* datagram, std::size_t size) {
  int messages = 0;
  int rest = static_cast<int>(size);
  const auto* header = static_cast<const nlmsghdr*>(datagram);
  while (rest >= NLMSG_HDRLEN && header->nlmsg_len <= size && mnl_nlmsg_ok(header, rest)) {
    ++messages;
    header = mnl_nlmsg_next(header, &rest);
  }
  return messages;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parse(data, size);
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  using namespace cttimeout::test;
  return mutate_message(data, size, max_size, seed, draw_reply);
}
