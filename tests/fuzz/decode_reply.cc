// Fuzz target: the decoders of data messages. Input: one message.

#include <algorithm>
#include <array>

#include "cttimeout/codec.h"
#include "draw_reply.h"
#include "mutate.h"
#include "support/request.h"
#include "target.h"

namespace cttimeout::test {
namespace {

void require_reason(const Error& error, View message) {
  require(error.origin == Origin::reply && error.what == Errc::malformed,
          "a decoder finds fault with nothing but the reply");
  require(!error.detail.empty() && error.offset <= message.size(),
          "a fault has a reason, and a place within the message");
}

/// What was read once is read again from what our own encoder writes of it.
template <class Value, class Decode>
void require_round_trip(const Value& value, std::uint8_t command, Decode&& decode) {
  std::array<std::byte, max_request_size> buffer;
  const RequestHeader header{.command = command, .flags = 0, .sequence = 0};
  const std::size_t size = encode_request(buffer, header, value);
  const auto again = decode(View(buffer).first(size));
  require(again && static_cast<const Value&>(*again) == value, "decoded values survive encoding");
}

/// Usual layouts are read without a walk, to the same effect: an attribute behind them that no
/// kernel has makes them unusual. A message that was refused proves nothing: its last attribute may
/// have been cut, and would be whole with what comes behind.
void require_same_by_walk(View message, const Result<InstalledPolicy>& policy) {
  if (!policy) return;
  std::array<std::byte, 4096> longer;
  static const Bytes unknown = attribute(0x3fff, {});
  if (message.size() % unknown.size() != 0 || message.size() + unknown.size() > longer.size())
    return;
  const auto end = std::ranges::copy(message, longer.begin()).out;
  std::ranges::copy(unknown, end);
  const auto walked = decode_policy(View(longer).first(message.size() + unknown.size()));
  require(walked.has_value(), "a walk believes what is read without one");
  require(*policy == *walked, "a walk reads what is read without one");
}

void decode(View message) {
  const auto policy = decode_policy(message);
  require_same_by_walk(message, policy);
  if (policy) {
    require(policy->name.size() <= max_name_size, "a name is one that the kernel can hold");
    require_round_trip<Policy>(*policy, IPCTNL_MSG_TIMEOUT_NEW, decode_policy);
  } else {
    require_reason(policy.error(), message);
  }
  if (const auto defaults = decode_default(message)) {
    require_round_trip(*defaults, IPCTNL_MSG_TIMEOUT_DEFAULT_SET, decode_default);
  } else {
    require_reason(defaults.error(), message);
  }
}

}  // namespace
}  // namespace cttimeout::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  cttimeout::test::decode(cttimeout::test::view_of(data, size));
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  return cttimeout::test::mutate_message(data, size, max_size, seed, cttimeout::test::draw_data);
}
