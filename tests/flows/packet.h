// Packet: what one side of a conversation sends, and its bytes as an IP packet.
#pragma once

#include <cstdint>

#include "cttimeout/policy.h"
#include "cttimeout/tuple.h"
#include "support/bytes.h"

namespace cttimeout::packets {

/// `out` opens a flow, `in` replies.
enum class Direction : std::uint8_t { out, in };

inline constexpr std::uint16_t client_port = 40000;

struct Packet {
  Direction direction;
  std::uint8_t protocol;
  std::uint16_t server_port;  ///< 0 where there are no ports
  test::Bytes payload;        ///< of the layer-4 protocol, checksum still missing
  Family family = Family::ipv4;
};

/// Who talks to whom. These addresses belong to nobody, so that nobody but the test replies.
[[nodiscard]] Address client_address(Family family);
[[nodiscard]] Address server_address(Family family);
/// Addresses, ports and protocol, in the direction of the packet.
[[nodiscard]] Tuple tuple_of(const Packet& packet);

/// All of its bytes, with IP header and checksums.
[[nodiscard]] test::Bytes ip_packet(const Packet& packet);

}  // namespace cttimeout::packets
