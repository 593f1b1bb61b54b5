// The header that captures put before each netlink datagram: who receives it, and which family.
#pragma once

#include <cstdint>
#include <optional>

#include "netlink/bytes.h"

namespace cttimeout::tools::check {

/// How a capture says where a packet was seen; all fields are in network order.
struct LinkHeader {
  std::size_t size;
  std::size_t packet_type_at;  ///< a byte; where the field has two, the lower one
  std::size_t device_at;       ///< ARPHRD_NETLINK, 824, for netlink
  std::size_t family_at;       ///< then: the netlink family
};
/// LINKTYPE_NETLINK (253) and LINKTYPE_LINUX_SLL (113), which have the same layout.
inline constexpr LinkHeader cooked{
    .size = 16, .packet_type_at = 1, .device_at = 2, .family_at = 14};
/// LINKTYPE_LINUX_SLL2 (276).
inline constexpr LinkHeader cooked_2{
    .size = 20, .packet_type_at = 10, .device_at = 8, .family_at = 0};

/// A netlink datagram as it was seen on its way.
struct Packet {
  std::uint8_t packet_type;  ///< PACKET_KERNEL, PACKET_USER; nlmon has PACKET_OUTGOING for both
  std::uint16_t family;      ///< NETLINK_NETFILTER, ...
  Bytes datagram;
};

/// nullopt if the bytes end in the header, or if they were not seen on a netlink device.
[[nodiscard]] std::optional<Packet> netlink_packet(Bytes record, const LinkHeader& link);

/// By the packet type where it tells; else by the message: answers are control messages, or parts
/// of several (NLM_F_MULTI).
[[nodiscard]] bool goes_to_kernel(const Packet& packet);

}  // namespace cttimeout::tools::check
