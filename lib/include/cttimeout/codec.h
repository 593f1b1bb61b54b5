// The codec: requests straight into the caller's buffer, replies straight into values.
//
// Inline, no allocation, bounds-checked. It judges no values: whatever a Policy holds is encoded,
// which makes it the testers' way past the checks of Client.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "cttimeout/detail/read_policy.h"
#include "cttimeout/detail/wire.h"
#include "cttimeout/policy.h"
#include "cttimeout/result.h"

namespace cttimeout {

/// The header of a request, beside its length.
struct RequestHeader {
  std::uint8_t command;    ///< IPCTNL_MSG_TIMEOUT_*
  std::uint16_t flags;     ///< NLM_F_*; NLM_F_REQUEST is not added
  std::uint32_t sequence;  ///< comes back in every message of the reply
};

/// The default timeouts of a protocol, as DEFAULT_GET tells and DEFAULT_SET asks.
struct DefaultTimeouts {
  Family family = Family::ipv4;  ///< the kernel only echoes it
  std::uint8_t protocol = 0;     ///< layer-4 number, IPPROTO_* or generic_protocol
  Timeouts timeouts = {};        ///< seconds by slot

  friend constexpr bool operator==(const DefaultTimeouts&, const DefaultTimeouts&) = default;
};

/// What an NLMSG_ERROR message says.
struct Ack {
  int error = 0;                             ///< errno, positive; 0 is success
  InlineText text = {};                      ///< extended ack: the kernel's sentence
  std::optional<std::uint32_t> offset = {};  ///< extended ack: offending attribute, from the
                                             ///< request's start
};

namespace wire {

/// Writes the headers of a request of `size` bytes, for which `out` has room. What follows them
/// is written by the Writer returned.
inline Writer start_request(std::byte* out, std::size_t size, const RequestHeader& request) {
  Writer writer(out);
  writer.put(nlmsghdr{.nlmsg_len = static_cast<std::uint32_t>(size),
                      .nlmsg_type = static_cast<std::uint16_t>(NFNL_SUBSYS_CTNETLINK_TIMEOUT << 8 |
                                                               request.command),
                      .nlmsg_flags = request.flags,
                      .nlmsg_seq = request.sequence,
                      .nlmsg_pid = 0});
  writer.put(nfgenmsg{.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0, .res_id = 0});
  return writer;
}

}  // namespace wire

/// Enough room for any request of this codec.
inline constexpr std::size_t max_request_size = wire::header_size + NLA_HDRLEN +
                                                CTNL_TIMEOUT_NAME_MAX + wire::family_size +
                                                wire::protocol_size + NLA_HDRLEN + 8 * max_slots;

/// NEW: NAME, L3PROTO, L4PROTO, DATA with the slots that are set, in ascending order.
/// All encoders return the message's size (a multiple of 4), or 0 if `out` is too small.
[[nodiscard]] inline std::size_t encode_request(std::span<std::byte> out,
                                                const RequestHeader& header, const Policy& policy) {
  const std::string_view name = policy.name.view();
  const std::size_t size = wire::header_size + wire::name_size(name) + wire::family_size +
                           wire::protocol_size + wire::timeouts_size(policy.timeouts);
  if (out.size() < size) return 0;
  wire::Writer writer = wire::start_request(out.data(), size, header);
  writer.name(policy.name);
  writer.family(policy.family);
  writer.protocol(policy.protocol);
  writer.timeouts(policy.timeouts);
  return size;
}

/// GET or DELETE of one policy: NAME.
[[nodiscard]] inline std::size_t encode_request(std::span<std::byte> out,
                                                const RequestHeader& header, const Name& name) {
  const std::size_t size = wire::header_size + wire::name_size(name.view());
  if (out.size() < size) return 0;
  wire::Writer writer = wire::start_request(out.data(), size, header);
  writer.name(name);
  return size;
}

/// Dump or flush: no attributes.
[[nodiscard]] inline std::size_t encode_request(std::span<std::byte> out,
                                                const RequestHeader& header) {
  if (out.size() < wire::header_size) return 0;
  wire::start_request(out.data(), wire::header_size, header);
  return wire::header_size;
}

/// DEFAULT_SET: L3PROTO (kernels before 6.11 want it), L4PROTO, DATA.
[[nodiscard]] inline std::size_t encode_request(std::span<std::byte> out,
                                                const RequestHeader& header,
                                                const DefaultTimeouts& defaults) {
  const std::size_t size = wire::header_size + wire::family_size + wire::protocol_size +
                           wire::timeouts_size(defaults.timeouts);
  if (out.size() < size) return 0;
  wire::Writer writer = wire::start_request(out.data(), size, header);
  writer.family(defaults.family);
  writer.protocol(defaults.protocol);
  writer.timeouts(defaults.timeouts);
  return size;
}

/// DEFAULT_GET: L3PROTO, L4PROTO.
[[nodiscard]] inline std::size_t encode_request(std::span<std::byte> out,
                                                const RequestHeader& header, Family family,
                                                std::uint8_t protocol) {
  constexpr std::size_t size = wire::header_size + wire::family_size + wire::protocol_size;
  if (out.size() < size) return 0;
  wire::Writer writer = wire::start_request(out.data(), size, header);
  writer.family(family);
  writer.protocol(protocol);
  return size;
}

/// One policy message (type NEW) of a GET or a dump: `message` is exactly one netlink message.
/// Attributes in any order; unknown ones are skipped, slots up to max_slots are kept even where
/// the protocol table does not know them. Errors: Errc::malformed with the offset.
[[nodiscard]] inline Result<InstalledPolicy> decode_policy(std::span<const std::byte> message) {
  return wire::read_policy(message, IPCTNL_MSG_TIMEOUT_NEW,
                           wire::seen(CTA_TIMEOUT_NAME) | wire::seen(CTA_TIMEOUT_L3PROTO) |
                               wire::seen(CTA_TIMEOUT_L4PROTO) | wire::seen(CTA_TIMEOUT_DATA));
}

/// The reply of DEFAULT_GET, which the kernel types as DEFAULT_SET.
[[nodiscard]] inline Result<DefaultTimeouts> decode_default(std::span<const std::byte> message) {
  return wire::read_policy(message, IPCTNL_MSG_TIMEOUT_DEFAULT_SET,
                           wire::seen(CTA_TIMEOUT_L3PROTO) | wire::seen(CTA_TIMEOUT_L4PROTO) |
                               wire::seen(CTA_TIMEOUT_DATA))
      .map([](const InstalledPolicy& policy) {
        return DefaultTimeouts{policy.family, policy.protocol, policy.timeouts};
      });
}

/// An NLMSG_ERROR message, capped or not, with or without extended-ack attributes.
[[nodiscard]] Result<Ack> decode_ack(std::span<const std::byte> message);

}  // namespace cttimeout
