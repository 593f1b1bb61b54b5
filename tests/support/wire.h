// The endpoint's numbers, written down once more: tests share none of the library's codec.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace cttimeout::test {

// For loops over a few numbers: for (const std::uint16_t type : Numbers{1, 2, 3}).
using Numbers = std::initializer_list<std::uint16_t>;
using Bytewide = std::initializer_list<std::uint8_t>;

// Message types.
inline constexpr std::uint16_t type_noop = 1;
inline constexpr std::uint16_t type_error = 2;
inline constexpr std::uint16_t type_done = 3;
inline constexpr std::uint16_t type_batch_begin = 16;
inline constexpr std::uint16_t type_batch_end = 17;
inline constexpr std::uint16_t type_new = 0x0800;
inline constexpr std::uint16_t type_get = 0x0801;
inline constexpr std::uint16_t type_delete = 0x0802;
inline constexpr std::uint16_t type_default_set = 0x0803;
inline constexpr std::uint16_t type_default_get = 0x0804;

// Flags.
inline constexpr std::uint16_t flag_request = 0x1;
inline constexpr std::uint16_t flag_multi = 0x2;
inline constexpr std::uint16_t flag_ack = 0x4;
inline constexpr std::uint16_t flag_echo = 0x8;
inline constexpr std::uint16_t flag_replace = 0x100;
inline constexpr std::uint16_t flag_exclusive = 0x200;
inline constexpr std::uint16_t flag_create = 0x400;
inline constexpr std::uint16_t flag_append = 0x800;
inline constexpr std::uint16_t flag_root = 0x100;
inline constexpr std::uint16_t flag_match = 0x200;
inline constexpr std::uint16_t flag_dump = 0x300;
inline constexpr std::uint16_t flag_capped = 0x100;    // on a reply
inline constexpr std::uint16_t flag_ack_tlvs = 0x200;  // on a reply

// Attributes of a request or a policy.
inline constexpr std::uint16_t attr_name = 1;
inline constexpr std::uint16_t attr_family = 2;
inline constexpr std::uint16_t attr_protocol = 3;
inline constexpr std::uint16_t attr_data = 4;
inline constexpr std::uint16_t attr_users = 5;
inline constexpr std::uint16_t nested = 0x8000;

// Attributes after the copy in an NLMSG_ERROR.
inline constexpr std::uint16_t ext_message = 1;
inline constexpr std::uint16_t ext_offset = 2;
inline constexpr std::uint16_t ext_policy = 4 | nested;

inline constexpr std::size_t header_size = 16;
inline constexpr std::size_t payload_offset = 20;  // after the nfgenmsg

// Layer 3 and 4.
inline constexpr std::uint16_t ipv4 = 2;
inline constexpr std::uint16_t ipv6 = 10;
inline constexpr std::uint8_t icmp = 1;
inline constexpr std::uint8_t tcp = 6;
inline constexpr std::uint8_t udp = 17;
inline constexpr std::uint8_t icmpv6 = 58;
inline constexpr std::uint8_t udplite = 136;
inline constexpr std::uint8_t generic = 255;

// Socket options at level 270 (SOL_NETLINK).
inline constexpr int level_netlink = 270;
inline constexpr int option_add_membership = 1;
inline constexpr int option_drop_membership = 2;
inline constexpr int option_pktinfo = 3;
inline constexpr int option_broadcast_error = 4;
inline constexpr int option_no_enobufs = 5;
inline constexpr int option_listen_all_nsid = 8;
inline constexpr int option_list_memberships = 9;
inline constexpr int option_cap_ack = 10;
inline constexpr int option_ext_ack = 11;
inline constexpr int option_strict_check = 12;

}  // namespace cttimeout::test
