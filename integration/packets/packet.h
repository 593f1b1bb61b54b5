// Packet: what one side of a conversation sends, and its bytes as an IP packet.
#pragma once

#include <cstdint>

#include "cttimeout/policy.h"
#include "support/bytes.h"

namespace cttimeout::packets {

/// `out` leaves the namespace under test through its OUTPUT chains and opens a flow; `in` comes
/// back over the wire through its PREROUTING chains.
enum class Direction : std::uint8_t { out, in };

inline constexpr std::uint16_t client_port = 40000;

struct Packet {
  Direction direction;
  std::uint8_t protocol;
  std::uint16_t server_port;  ///< 0 where there are no ports
  test::Bytes payload;        ///< of the layer-4 protocol, checksum still missing
  Family family = Family::ipv4;
};

/// Who talks to whom, 4 or 16 bytes. These addresses belong to neither end of the wire, so that
/// nobody but the test answers.
[[nodiscard]] test::Bytes client_address(Family family);
[[nodiscard]] test::Bytes server_address(Family family);
/// To whom it goes.
[[nodiscard]] test::Bytes destination(const Packet& packet);

/// All of its bytes, with IP header and checksums.
[[nodiscard]] test::Bytes ip_packet(const Packet& packet);

}  // namespace cttimeout::packets
