// Packet: what one side of a conversation sends, and its bytes as an IP packet.
#include "flows/packet.h"

#include <utility>

#include "flows/packet_bytes.h"

namespace cttimeout::packets {

Address client_address(Family family) {
  return Endpoint(family == Family::ipv4 ? "10.0.0.1" : "fd00::1001").address;
}
Address server_address(Family family) {
  return Endpoint(family == Family::ipv4 ? "10.1.0.1" : "fd00:1::1").address;
}

Tuple tuple_of(const Packet& packet) {
  Tuple tuple{.source = client_address(packet.family),
              .destination = server_address(packet.family),
              .source_port = packet.server_port == 0 ? std::uint16_t{0} : client_port,
              .destination_port = packet.server_port,
              .family = static_cast<std::uint8_t>(packet.family),
              .protocol = packet.protocol};
  if (packet.direction == Direction::in) {
    std::swap(tuple.source, tuple.destination);
    std::swap(tuple.source_port, tuple.destination_port);
  }
  return tuple;
}

test::Bytes ip_packet(const Packet& packet) {
  return test::packet_bytes(tuple_of(packet), packet.payload);
}

}  // namespace cttimeout::packets
