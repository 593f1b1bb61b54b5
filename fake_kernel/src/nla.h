// Attributes as the kernel sees them: lenient walk, policy check, and a writer for replies.
#pragma once

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>
#include <linux/netlink.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "cttimeout/protocol.h"
#include "policy_table.h"

namespace cttimeout {

constexpr std::size_t align4(std::size_t size) {
  return (size + 3) & ~std::size_t{3};
}

/// What the kernel demands of an attribute's payload; the numbers are those that the POLICY part
/// of an extended ack reports.
struct AttributePolicy {
  std::uint32_t type;       ///< NL_ATTR_TYPE_*
  std::uint64_t largest;    ///< of an integer, or the length of a string; 0 for a nest
  std::size_t over_charge;  ///< bytes that the kernel reserves too many for it (K-MEM-7)
};

/// What an NLMSG_ERROR can say beside its errno (K-ACK).
struct ExtendedAck {
  std::string_view text = {};
  const AttributePolicy* policy = nullptr;  ///< of the attribute that failed; then `offset` is set
  std::uint32_t offset = 0;                 ///< from the start of the message
};

/// The payloads of a message's attributes by type; data() is null where there is none.
using Attributes = std::array<std::span<const std::byte>, CTA_TIMEOUT_MAX + 1>;

/// Walks and checks the attributes of `message` from byte `begin` on (K-ATTR). Returns 0 or the
/// errno of the first invalid one. Of duplicates the last wins.
int parse_attributes(std::span<const std::byte> message, std::size_t begin, Attributes& attributes,
                     ExtendedAck& extended);

/// Reads the slots of a DATA nest over `ticks`; returns 0, or ERANGE with nothing changed.
int parse_slots(std::span<const std::byte> nest, const Protocol& protocol, std::uint32_t hz,
                Ticks& ticks);

/// Whether the first attribute of `type` in `area` is shorter than `size`; the walk of messages
/// that this subsystem does not own.
[[nodiscard]] bool has_short_attribute(std::span<const std::byte> area, std::uint16_t type,
                                       std::size_t size);

/// NAME, L3PROTO and L4PROTO as they stand in attributes that parse_attributes() accepted.
[[nodiscard]] PolicyName name_of(std::span<const std::byte> payload);
[[nodiscard]] std::uint16_t family_of(std::span<const std::byte> payload);
[[nodiscard]] std::uint8_t protocol_of(std::span<const std::byte> payload);

/// Writes forward into memory that was reserved for it.
class ReplyWriter {
 public:
  explicit ReplyWriter(std::byte* at) : at_(at) {}

  [[nodiscard]] std::byte* at() const { return at_; }

  template <class T>
  void value(const T& value) {
    std::memcpy(at_, &value, sizeof value);
    at_ += sizeof value;
  }
  /// Copies and pads to a multiple of 4 with zeros.
  void padded(std::span<const std::byte> bytes) {
    const std::size_t size = align4(bytes.size());
    std::memset(at_ + (size - std::min<std::size_t>(size, 4)), 0, std::min<std::size_t>(size, 4));
    std::memcpy(at_, bytes.data(), bytes.size());
    at_ += size;
  }
  void attribute_header(std::size_t payload_size, std::uint16_t type) {
    value(
        nlattr{.nla_len = static_cast<std::uint16_t>(NLA_HDRLEN + payload_size), .nla_type = type});
  }
  template <class T>
  void attribute(std::uint16_t type, const T& payload) {
    attribute_header(sizeof payload, type);
    padded(std::as_bytes(std::span(&payload, 1)));
  }
  void text(std::uint16_t type, std::string_view text) {  // `text` is followed by its NUL
    attribute_header(text.size() + 1, type);
    padded(std::as_bytes(std::span(text.data(), text.size() + 1)));
  }

 private:
  std::byte* at_;
};

}  // namespace cttimeout
