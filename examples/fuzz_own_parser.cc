// Fuzzes a parser of one's own with what the kernel sends: true replies, and replies with damage.
#include <libmnl/libmnl.h>

#include "fuzz/draw_reply.h"
#include "fuzz/mutate.h"

// The parser under test; put yours in its place.
int parse(const void* datagram, std::size_t size) {
  return mnl_cb_run(
      datagram, size, 0, 0, [](const nlmsghdr*, void*) { return MNL_CB_OK; }, nullptr);
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
