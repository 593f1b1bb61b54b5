// Packets of the common kinds.
#include "cttimeout/build_packet.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>

#include <stdexcept>
#include <utility>

namespace cttimeout {
namespace {

Packet with_ports(std::uint8_t protocol, const Endpoint& source, const Endpoint& destination) {
  Packet packet = ip(protocol, source, destination);
  packet.tuple.source_port = source.port;
  packet.tuple.destination_port = destination.port;
  return packet;
}

Packet icmp(std::uint8_t type, std::uint8_t type_v6, const Endpoint& source,
            const Endpoint& destination) {
  const bool is_v6 = source.family == AF_INET6;
  Packet packet =
      ip(is_v6 ? std::uint8_t{IPPROTO_ICMPV6} : std::uint8_t{IPPROTO_ICMP}, source, destination);
  packet.tuple.icmp_type = is_v6 ? type_v6 : type;
  return packet;
}

}  // namespace

Packet tcp(const Endpoint& source, const Endpoint& destination, const TcpHeader& header) {
  Packet packet = with_ports(IPPROTO_TCP, source, destination);
  TcpHeader& tcp = packet.transport.emplace<TcpHeader>(header);
  if (tcp.window_scale || tcp.sack_permitted || tcp.sack_blocks != 0) tcp.has_options = true;
  return packet;
}

Packet udp(const Endpoint& source, const Endpoint& destination) {
  return with_ports(IPPROTO_UDP, source, destination);
}

Packet udplite(const Endpoint& source, const Endpoint& destination) {
  return with_ports(IPPROTO_UDPLITE, source, destination);
}

Packet sctp(const Endpoint& source, const Endpoint& destination, SctpHeader header) {
  Packet packet = with_ports(IPPROTO_SCTP, source, destination);
  packet.transport = std::move(header);
  return packet;
}

Packet dccp(const Endpoint& source, const Endpoint& destination, const DccpHeader& header) {
  Packet packet = with_ports(IPPROTO_DCCP, source, destination);
  packet.transport = header;
  return packet;
}

Packet echo_request(const Endpoint& source, const Endpoint& destination, std::uint16_t id) {
  Packet packet = icmp(ICMP_ECHO, ICMP6_ECHO_REQUEST, source, destination);
  packet.tuple.source_port = id;
  return packet;
}

Packet echo_reply(const Endpoint& source, const Endpoint& destination, std::uint16_t id) {
  Packet packet = icmp(ICMP_ECHOREPLY, ICMP6_ECHO_REPLY, source, destination);
  packet.tuple.source_port = id;
  return packet;
}

Packet unreachable(const Endpoint& router, const Packet& about) {
  Endpoint sender;
  sender.family = about.tuple.family;
  sender.address = about.tuple.source;
  Packet packet = icmp(ICMP_DEST_UNREACH, ICMP6_DST_UNREACH, router, sender);
  packet.transport = IcmpError{about.tuple};
  return packet;
}

Packet ip(std::uint8_t protocol, const Endpoint& source, const Endpoint& destination) {
  if (source.family != destination.family || source.family == 0) {
    throw std::invalid_argument("a packet's endpoints are both of IPv4 or both of IPv6");
  }
  Packet packet;
  packet.tuple.family = source.family;
  packet.tuple.protocol = protocol;
  packet.tuple.source = source.address;
  packet.tuple.destination = destination.address;
  return packet;
}

}  // namespace cttimeout
