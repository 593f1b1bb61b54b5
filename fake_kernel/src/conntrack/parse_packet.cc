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

/// What an IP header says.
struct Ip {
  Tuple tuple = {};
  PacketBytes transport = {};
  bool is_fragment = false;
  bool is_first = true;  ///< a whole packet, or the first fragment of one
};

void copy_address(Address& address, PacketBytes bytes) {
  std::ranges::transform(bytes, address.bytes.begin(),
                         [](std::byte byte) { return static_cast<std::uint8_t>(byte); });
}

std::optional<Ip> parse_ipv4(PacketBytes bytes) {
  constexpr std::uint16_t more_fragments = 0x2000;
  constexpr std::uint16_t offset_mask = 0x1fff;
  if (bytes.size() < ipv4_size) return std::nullopt;
  const std::size_t header = 4UL * (load8(bytes, 0) & 0x0fU);
  const std::size_t length = std::min<std::size_t>(load16(bytes, 2), bytes.size());
  if (header < ipv4_size || header > length) return std::nullopt;
  const std::uint16_t fragment = load16(bytes, 6);
  Ip ip{.transport = bytes.first(length).subspan(header),
        .is_fragment = (fragment & (more_fragments | offset_mask)) != 0,
        .is_first = (fragment & offset_mask) == 0};
  ip.tuple.family = AF_INET;
  ip.tuple.protocol = load8(bytes, 9);
  copy_address(ip.tuple.source, bytes.subspan(12, 4));
  copy_address(ip.tuple.destination, bytes.subspan(16, 4));
  return ip;
}

bool is_extension(std::uint8_t protocol) {
  return protocol == IPPROTO_HOPOPTS || protocol == IPPROTO_ROUTING ||
         protocol == IPPROTO_DSTOPTS || protocol == IPPROTO_FRAGMENT || protocol == IPPROTO_AH;
}

/// How long an extension header says that it is.
std::size_t extension_size(std::uint8_t protocol, PacketBytes header) {
  if (protocol == IPPROTO_FRAGMENT) return 8;
  if (protocol == IPPROTO_AH) return 8 + 4UL * load8(header, 1);
  return 8 + 8UL * load8(header, 1);
}

std::optional<Ip> parse_ipv6(PacketBytes bytes) {
  constexpr std::uint16_t more_fragments = 0x0001;
  constexpr std::uint16_t offset_mask = 0xfff8;
  if (bytes.size() < ipv6_size) return std::nullopt;
  Ip ip;
  ip.tuple.family = AF_INET6;
  ip.tuple.protocol = load8(bytes, 6);
  copy_address(ip.tuple.source, bytes.subspan(8, 16));
  copy_address(ip.tuple.destination, bytes.subspan(24, 16));
  const std::size_t length = std::min<std::size_t>(load16(bytes, 4), bytes.size() - ipv6_size);
  PacketBytes rest = bytes.subspan(ipv6_size, length);
  // What is behind one that is cut is looked for all the same, and nothing is there.
  while (is_extension(ip.tuple.protocol)) {
    const bool is_fragment = ip.tuple.protocol == IPPROTO_FRAGMENT;
    if (rest.size() < (is_fragment ? 4U : 2U)) return std::nullopt;
    if (is_fragment) {
      const std::uint16_t fragment = load16(rest, 2);
      ip.is_fragment = (fragment & (more_fragments | offset_mask)) != 0;
      ip.is_first = (fragment & offset_mask) == 0;
      if (!ip.is_first) return ip;
    }
    const std::size_t size = extension_size(ip.tuple.protocol, rest);
    ip.tuple.protocol = load8(rest, 0);
    rest = rest.subspan(std::min(size, rest.size()));
  }
  if (ip.tuple.protocol == IPPROTO_NONE) return std::nullopt;
  ip.transport = rest;
  return ip;
}

std::optional<Ip> parse_ip(PacketBytes bytes) {
  const unsigned version = bytes.empty() ? 0 : load8(bytes, 0) >> 4U;
  if (version == 4) return parse_ipv4(bytes);
  if (version == 6) return parse_ipv6(bytes);
  return std::nullopt;
}

/// What an error says of the packet that it is about: enough for a tuple, or nothing (K-FLOW-141).
std::optional<Tuple> parse_quoted(PacketBytes bytes, KernelVersion version) {
  auto ip = parse_ip(bytes);
  if (!ip || !ip->is_first || !fake::parse_ports(ip->tuple, ip->transport, version)) {
    return std::nullopt;
  }
  return ip->tuple;
}

void parse_icmp(Packet& packet, PacketBytes bytes, KernelVersion version) {
  const bool is_v6 = packet.tuple.protocol == IPPROTO_ICMPV6;
  const std::uint32_t pseudo =
      is_v6 ? fake::pseudo_header(packet.tuple, IPPROTO_ICMPV6, bytes.size()) : 0;
  if (fake::internet_checksum(bytes, pseudo) != 0) packet.flaw = Flaw::wrong_checksum;
  if (!is_v6 && packet.tuple.icmp_type > last_icmp_type) packet.flaw = Flaw::malformed;
  if (fake::is_icmp_error(packet.tuple)) {
    packet.transport = IcmpError{parse_quoted(bytes.subspan(icmp_size), version)};
  }
}

}  // namespace

Packet parse_packet(std::span<const std::byte> bytes, const KernelProfile& profile) {
  const KernelVersion version = profile.version;
  auto ip = parse_ip(bytes);
  if (!ip) return {.flaw = Flaw::malformed};
  Packet packet{.tuple = ip->tuple};
  if (ip->is_fragment) {
    packet.flaw = Flaw::fragment;
  } else if (!fake::parse_ports(packet.tuple, ip->transport, version)) {
    packet.flaw = Flaw::malformed;
  } else if (fake::is_icmp(packet.tuple)) {
    parse_icmp(packet, ip->transport, version);
  } else {
    fake::parse_header(packet, ip->transport, version);
  }
  return packet;
}

}  // namespace cttimeout
