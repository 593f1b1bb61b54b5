// Bytes of whole IP packets.
#include "packet_bytes.h"

#include <netinet/in.h>

#include <algorithm>
#include <optional>

#include "support/checksum.h"

namespace cttimeout::test {
namespace {

constexpr std::uint8_t hops = 64;

void write(Bytes& bytes, std::size_t offset, const Bytes& value) {
  std::ranges::copy(value, bytes.begin() + static_cast<std::ptrdiff_t>(offset));
}

Bytes bytes_of(const Address& address, std::uint8_t family) {
  const auto all = std::as_bytes(std::span(address.bytes));
  const auto used = all.first(family == AF_INET ? 4 : 16);
  return {used.begin(), used.end()};
}

/// Where the protocol keeps the internet checksum, if it has one.
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
    case IPPROTO_DCCP:
      return 6;
    default:
      return std::nullopt;
  }
}

/// What the checksum also covers. That of UDP-Lite is verified with the number of UDP (K-FLOW-114).
/// The fields are summed, so that their order and width, in which the families differ, do not
/// matter.
Bytes pseudo_header(const Tuple& tuple, std::size_t size) {
  if (tuple.protocol == IPPROTO_ICMP) return {};
  const std::uint8_t protocol =
      tuple.protocol == IPPROTO_UDPLITE ? std::uint8_t{IPPROTO_UDP} : tuple.protocol;
  return join({bytes_of(tuple.source, tuple.family), bytes_of(tuple.destination, tuple.family),
               big32(protocol), big32(static_cast<std::uint32_t>(size))});
}

Bytes with_checksum(const Tuple& tuple, Bytes payload) {
  const auto offset = checksum_offset(tuple.protocol);
  if (offset && payload.size() >= *offset + 2) {
    write(payload, *offset, zeros(2));
    const Bytes covered = join({pseudo_header(tuple, payload.size()), payload});
    write(payload, *offset, big16(internet_checksum(covered)));
  } else if (tuple.protocol == IPPROTO_SCTP && payload.size() >= 12) {
    write(payload, 8, zeros(4));
    const std::uint32_t sum = crc32c(payload);
    for (std::size_t i = 0; i < 4; ++i) payload[8 + i] = std::byte(sum >> (8 * i) & 0xff);
  }
  return payload;
}

Bytes ipv4_header(const Tuple& tuple, std::size_t payload, const Bytes& options) {
  constexpr std::size_t least = 20;
  const std::size_t size = least + options.size();
  Bytes header = join({byte(static_cast<std::uint8_t>(0x40 | size / 4)), zeros(1),
                       big16(static_cast<std::uint16_t>(size + payload)), hex("00010000"),
                       byte(hops), byte(tuple.protocol), zeros(2), bytes_of(tuple.source, AF_INET),
                       bytes_of(tuple.destination, AF_INET), options});
  write(header, 10, big16(internet_checksum(header)));
  return header;
}

Bytes ipv6_header(const Tuple& tuple, std::size_t payload, const Bytes& extension,
                  std::uint8_t first_extension) {
  return join({hex("60000000"), big16(static_cast<std::uint16_t>(extension.size() + payload)),
               byte(extension.empty() ? tuple.protocol : first_extension), byte(hops),
               bytes_of(tuple.source, AF_INET6), bytes_of(tuple.destination, AF_INET6), extension});
}

}  // namespace

Bytes packet_bytes(const Tuple& tuple, Bytes payload, const Bytes& extension,
                   std::uint8_t first_extension) {
  const Bytes whole = with_checksum(tuple, std::move(payload));
  const Bytes header = tuple.family == AF_INET
                           ? ipv4_header(tuple, whole.size(), extension)
                           : ipv6_header(tuple, whole.size(), extension, first_extension);
  return join({header, whole});
}

}  // namespace cttimeout::test
