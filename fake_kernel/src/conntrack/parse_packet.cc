// Packets from their bytes: IP headers, and icmp with what it quotes.
#include <netinet/in.h>

#include <algorithm>
#include <optional>

#include "conntrack/checksum.h"
#include "conntrack/parse_transport.h"
#include "conntrack/tuple.h"

namespace cttimeout {
namespace {

using fake::load16;
using fake::load8;
using fake::PacketBytes;

constexpr std::size_t ipv4_size = 20;
constexpr std::size_t ipv6_size = 40;
constexpr std::size_t icmp_size = 8;
constexpr std::uint8_t last_icmp_type = 18;  // NR_ICMP_TYPES

void copy_address(Address& address, PacketBytes bytes) {
  std::ranges::transform(bytes, address.bytes.begin(),
                         [](std::byte byte) { return static_cast<std::uint8_t>(byte); });
}

/// The bytes behind the header; nullopt if it makes no sense, or is not of a first fragment.
std::optional<PacketBytes> parse_ipv4(Packet& packet, PacketBytes bytes) {
  constexpr std::uint16_t offset_mask = 0x1fff;
  if (bytes.size() < ipv4_size) return std::nullopt;
  const std::size_t header = 4UL * (load8(bytes, 0) & 0x0fU);
  const std::size_t length = std::min<std::size_t>(load16(bytes, 2), bytes.size());
  if (header < ipv4_size || header > length) return std::nullopt;
  if ((load16(bytes, 6) & offset_mask) != 0) return std::nullopt;
  packet.family = AF_INET;
  packet.protocol = load8(bytes, 9);
  copy_address(packet.source, bytes.subspan(12, 4));
  copy_address(packet.destination, bytes.subspan(16, 4));
  return bytes.first(length).subspan(header);
}

/// How long an extension header is; 0 if the protocol is none, or its header is not there.
std::size_t extension_size(std::uint8_t protocol, PacketBytes bytes) {
  if (bytes.size() < 8) return 0;
  switch (protocol) {
    case IPPROTO_HOPOPTS:
    case IPPROTO_ROUTING:
    case IPPROTO_DSTOPTS:
      return 8 + 8UL * load8(bytes, 1);
    case IPPROTO_FRAGMENT:
      return 8;
    case IPPROTO_AH:
      return 8 + 4UL * load8(bytes, 1);
    default:
      return 0;
  }
}

std::optional<PacketBytes> parse_ipv6(Packet& packet, PacketBytes bytes) {
  if (bytes.size() < ipv6_size) return std::nullopt;
  packet.family = AF_INET6;
  packet.protocol = load8(bytes, 6);
  copy_address(packet.source, bytes.subspan(8, 16));
  copy_address(packet.destination, bytes.subspan(24, 16));
  const std::size_t length = std::min<std::size_t>(load16(bytes, 4), bytes.size() - ipv6_size);
  PacketBytes rest = bytes.subspan(ipv6_size, length);
  while (const std::size_t size = extension_size(packet.protocol, rest)) {
    if (size > rest.size()) return std::nullopt;
    if (packet.protocol == IPPROTO_FRAGMENT && (load16(rest, 2) & 0xfff8U) != 0)
      return std::nullopt;
    packet.protocol = load8(rest, 0);
    rest = rest.subspan(size);
  }
  if (packet.protocol == IPPROTO_NONE) return std::nullopt;
  return rest;
}

std::optional<PacketBytes> parse_ip(Packet& packet, PacketBytes bytes) {
  const unsigned version = bytes.empty() ? 0 : load8(bytes, 0) >> 4U;
  if (version == 4) return parse_ipv4(packet, bytes);
  if (version == 6) return parse_ipv6(packet, bytes);
  return std::nullopt;
}

/// What an error says of the packet that it is about: enough for a tuple, or nothing.
std::shared_ptr<const Packet> parse_quoted(PacketBytes bytes, KernelVersion version) {
  auto quoted = std::make_shared<Packet>();
  const auto transport = parse_ip(*quoted, bytes);
  if (!transport || !fake::parse_ports(*quoted, *transport, version)) return nullptr;
  return quoted;
}

void parse_icmp(Packet& packet, PacketBytes bytes, KernelVersion version) {
  const bool is_v6 = packet.protocol == IPPROTO_ICMPV6;
  const std::uint32_t pseudo =
      is_v6 ? fake::pseudo_header(packet, IPPROTO_ICMPV6, bytes.size()) : 0;
  if (fake::internet_checksum(bytes, pseudo) != 0) packet.flaw = Flaw::wrong_checksum;
  if (!is_v6 && packet.icmp_type > last_icmp_type) packet.flaw = Flaw::malformed;
  if (fake::is_icmp_error(packet)) {
    packet.transport = IcmpError{parse_quoted(bytes.subspan(icmp_size), version)};
  } else if (packet.flaw == Flaw::none && !fake::has_inverse(packet)) {
    packet.flaw = Flaw::no_inverse;
  }
}

}  // namespace

Packet parse_packet(std::span<const std::byte> bytes, const KernelProfile& profile) {
  const KernelVersion version = profile.version;
  Packet packet;
  const auto transport = parse_ip(packet, bytes);
  if (!transport || !fake::parse_ports(packet, *transport, version)) {
    packet.flaw = Flaw::malformed;
  } else if (fake::is_icmp(packet)) {
    parse_icmp(packet, *transport, version);
  } else {
    fake::parse_header(packet, *transport, version);
  }
  return packet;
}

}  // namespace cttimeout
