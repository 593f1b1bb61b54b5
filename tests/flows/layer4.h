// Packets of every protocol that has a conntrack tracker, as small as trackers accept them.
#pragma once

#include <netinet/tcp.h>

#include <cstdint>
#include <string_view>

#include "flows/packet.h"

namespace cttimeout::packets {

inline constexpr std::uint16_t server_port = 80;

/// A TCP segment.
struct Segment {
  std::uint8_t flags;  ///< TH_*
  std::uint32_t sequence = 0;
  std::uint32_t acknowledged = 0;
  std::uint16_t window = 8192;
  std::string_view data = {};
};
[[nodiscard]] Packet tcp(Direction direction, const Segment& segment,
                         std::uint16_t port = server_port);

[[nodiscard]] Packet udp(Direction direction);
[[nodiscard]] Packet udplite(Direction direction);

inline constexpr std::uint16_t echo_id = 0x1234;
/// An echo request out or the reply to it in.
[[nodiscard]] Packet icmp(Direction direction);
[[nodiscard]] Packet icmpv6(Direction direction);

/// Plain GRE (version 0), without key.
[[nodiscard]] Packet gre(Direction direction);

/// The chunks that move an SCTP association (RFC 9260, 3.2).
enum class Chunk : std::uint8_t {
  init = 1,
  init_ack = 2,
  heartbeat = 4,
  heartbeat_ack = 5,
  shutdown = 7,
  shutdown_ack = 8,
  cookie_echo = 10,
  cookie_ack = 11,
  shutdown_complete = 14,
};
/// A packet of one chunk. Each side's verification tag is always the same.
[[nodiscard]] Packet sctp(Direction direction, Chunk chunk);

/// A protocol without a tracker of its own, so that the generic one takes it (RFC 3692).
inline constexpr std::uint8_t untracked_protocol = 253;
[[nodiscard]] Packet untracked(Direction direction);

}  // namespace cttimeout::packets
