// Fuzz target: the decoder of acks. Input: one NLMSG_ERROR message.

#include "cttimeout/codec.h"
#include "draw_reply.h"
#include "mutate.h"
#include "support/wire.h"
#include "target.h"

namespace cttimeout::test {
namespace {

void decode(View message) {
  const auto ack = decode_ack(message);
  if (!ack) {
    require(ack.error().origin == Origin::reply && ack.error().what == Errc::malformed,
            "the decoder finds fault with nothing but the reply");
    require(!ack.error().detail.empty(), "a fault has a reason");
    return;
  }
  require(ack->error == -static_cast<int>(read32(message, header_size)),
          "the errno is the one that stands behind the header");
  require(ack->error >= 0 && ack->error <= 4095, "an errno is one that a kernel can return");
  const bool extended = (read16(message, 6) & flag_ack_tlvs) != 0;
  require(extended || (ack->text.empty() && !ack->offset),
          "there is an extended ack only where the header says so");
  require(ack->text.view().find('\0') == std::string_view::npos, "a text ends at its first NUL");
}

}  // namespace
}  // namespace cttimeout::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  cttimeout::test::decode(cttimeout::test::view_of(data, size));
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return cttimeout::test::mutate_message(data, size, max_size, seed, cttimeout::test::draw_ack);
}
