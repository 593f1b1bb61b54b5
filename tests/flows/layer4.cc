// Packets of every protocol that has a conntrack tracker, as small as trackers accept them.
#include "flows/layer4.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>

namespace cttimeout::packets {
namespace {

using test::Bytes;

Bytes ports(Direction direction, std::uint16_t server) {
  const Bytes client = test::big16(client_port);
  return direction == Direction::out ? test::join({client, test::big16(server)})
                                     : test::join({test::big16(server), client});
}

// UDP and UDP-Lite differ in the third number: length, or how much the checksum covers.
Packet datagram(Direction direction, std::uint8_t protocol) {
  const Bytes data = test::characters("data");
  constexpr std::uint16_t whole = 12;
  return {direction, protocol, server_port,
          test::join({ports(direction, server_port), test::big16(whole), test::zeros(2), data})};
}

Packet echo(Direction direction, std::uint8_t protocol, std::uint8_t request, std::uint8_t reply) {
  const std::uint8_t type = direction == Direction::out ? request : reply;
  return {direction, protocol, 0,
          test::join({test::byte(type), test::zeros(3), test::big16(echo_id), test::big16(1)})};
}

constexpr std::uint32_t client_tag = 0x1001;
constexpr std::uint32_t server_tag = 0x2002;

Bytes chunk_body(Direction direction, Chunk chunk) {
  const Bytes tag = test::big32(direction == Direction::out ? client_tag : server_tag);
  const Bytes window_and_streams = test::hex("00010000 0001 0001 00000064");
  const Bytes cookie = test::hex("0007 0008 6b656b73");
  switch (chunk) {
    case Chunk::init:
      return test::join({tag, window_and_streams});
    case Chunk::init_ack:
      return test::join({tag, window_and_streams, cookie});
    case Chunk::heartbeat:
    case Chunk::heartbeat_ack:
      return test::hex("0001 0008 70756c73");
    case Chunk::cookie_echo:
      return test::hex("6b656b73");
    case Chunk::shutdown:
      return test::hex("00000064");
    case Chunk::shutdown_ack:
    case Chunk::cookie_ack:
    case Chunk::shutdown_complete:
      return {};
  }
  return {};
}

// Every packet carries the tag of its receiver, but the first, which does not know it yet.
std::uint32_t tag_of(Direction direction, Chunk chunk) {
  if (chunk == Chunk::init) return 0;
  return direction == Direction::out ? server_tag : client_tag;
}

}  // namespace

Packet tcp(Direction direction, const Segment& segment, std::uint16_t port) {
  constexpr std::uint8_t header_words = 5;
  return {direction, IPPROTO_TCP, port,
          test::join({ports(direction, port), test::big32(segment.sequence),
                      test::big32(segment.acknowledged), test::byte(header_words << 4),
                      test::byte(segment.flags), test::big16(segment.window), test::zeros(4),
                      test::characters(segment.data)})};
}

Packet udp(Direction direction) {
  return datagram(direction, IPPROTO_UDP);
}
Packet udplite(Direction direction) {
  return datagram(direction, IPPROTO_UDPLITE);
}

Packet icmp(Direction direction) {
  return echo(direction, IPPROTO_ICMP, ICMP_ECHO, ICMP_ECHOREPLY);
}
Packet icmpv6(Direction direction) {
  return echo(direction, IPPROTO_ICMPV6, ICMP6_ECHO_REQUEST, ICMP6_ECHO_REPLY);
}

Packet gre(Direction direction) {
  return {direction, IPPROTO_GRE, 0, test::join({test::hex("0000 0800"), test::zeros(20)})};
}

Packet sctp(Direction direction, Chunk chunk) {
  const Bytes body = chunk_body(direction, chunk);
  return {direction, IPPROTO_SCTP, server_port,
          test::join({ports(direction, server_port), test::big32(tag_of(direction, chunk)),
                      test::zeros(4), test::byte(static_cast<std::uint8_t>(chunk)), test::zeros(1),
                      test::big16(static_cast<std::uint16_t>(4 + body.size())), body})};
}

Packet untracked(Direction direction) {
  return {direction, untracked_protocol, 0, test::characters("data")};
}

}  // namespace cttimeout::packets
