// Packet: what one side of a conversation sends, and its bytes as an IP packet.
#include "packet.h"

#include <algorithm>
#include <optional>

#include "support/checksum.h"

namespace cttimeout::packets {
namespace {

using test::Bytes;

Bytes source(const Packet& packet) {
  return packet.direction == Direction::out ? client_address(packet.family)
                                            : server_address(packet.family);
}

void write(Bytes& bytes, std::size_t offset, const Bytes& value) {
  std::ranges::copy(value, bytes.begin() + static_cast<std::ptrdiff_t>(offset));
}

// Where the protocol keeps the internet checksum, if it has one.
std::optional<std::size_t> checksum_offset(std::uint8_t protocol) {
  switch (protocol) {
    case IPPROTO_TCP:
      return 16;
    case IPPROTO_UDP:
    case IPPROTO_UDPLITE:
      return 6;
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
      return 2;
    default:
      return std::nullopt;
  }
}

// What the checksum also covers. Its fields are summed, so that their order and width, in which
// the two families differ, do not matter.
Bytes pseudo_header(const Packet& packet) {
  if (packet.protocol == IPPROTO_ICMP) return {};
  return test::join({source(packet), destination(packet), test::big32(packet.protocol),
                     test::big32(static_cast<std::uint32_t>(packet.payload.size()))});
}

Bytes with_checksum(const Packet& packet) {
  Bytes bytes = packet.payload;
  if (const auto offset = checksum_offset(packet.protocol)) {
    const Bytes covered = test::join({pseudo_header(packet), bytes});
    write(bytes, *offset, test::big16(test::internet_checksum(covered)));
  } else if (packet.protocol == IPPROTO_SCTP) {
    const std::uint32_t sum = test::crc32c(bytes);
    for (std::size_t i = 0; i < 4; ++i) bytes[8 + i] = std::byte(sum >> (8 * i) & 0xff);
  }
  return bytes;
}

constexpr std::uint8_t hops = 64;

Bytes ipv4_header(const Packet& packet) {
  constexpr std::size_t size = 20;
  Bytes header = test::join({test::hex("4500"),
                             test::big16(static_cast<std::uint16_t>(size + packet.payload.size())),
                             test::hex("00010000"), test::byte(hops), test::byte(packet.protocol),
                             test::zeros(2), source(packet), destination(packet)});
  write(header, 10, test::big16(test::internet_checksum(header)));
  return header;
}

Bytes ipv6_header(const Packet& packet) {
  return test::join(
      {test::hex("60000000"), test::big16(static_cast<std::uint16_t>(packet.payload.size())),
       test::byte(packet.protocol), test::byte(hops), source(packet), destination(packet)});
}

}  // namespace

// The ranges for documentation (RFC 5737, RFC 3849).
Bytes client_address(Family family) {
  return family == Family::ipv4 ? test::hex("c0000201")
                                : test::hex("20010db8000100000000000000000001");
}
Bytes server_address(Family family) {
  return family == Family::ipv4 ? test::hex("c6336401")
                                : test::hex("20010db8000200000000000000000001");
}

Bytes destination(const Packet& packet) {
  return packet.direction == Direction::out ? server_address(packet.family)
                                            : client_address(packet.family);
}

Bytes ip_packet(const Packet& packet) {
  const Bytes header = packet.family == Family::ipv4 ? ipv4_header(packet) : ipv6_header(packet);
  return test::join({header, with_checksum(packet)});
}

}  // namespace cttimeout::packets
