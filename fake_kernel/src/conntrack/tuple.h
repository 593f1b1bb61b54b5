// Tuples: directions and inverse.
#pragma once

#include <netinet/in.h>

#include <cstdint>

#include "cttimeout/tuple.h"

namespace cttimeout::fake {

enum Direction : std::uint8_t { original, reply };

constexpr Direction other(Direction direction) {
  return direction == original ? reply : original;
}

/// That of the other direction. Of icmp types that nothing answers it is the tuple with the same
/// type: has_inverse() tells first.
[[nodiscard]] Tuple inverse(const Tuple& tuple);
/// Whether something answers its packets: false of some icmp types alone (K-FLOW-102).
[[nodiscard]] bool has_inverse(const Tuple& tuple);

/// Whether packets of that protocol begin with two ports.
[[nodiscard]] bool has_ports(std::uint8_t protocol);

/// icmp and icmpv6, on whichever family.
[[nodiscard]] constexpr bool has_icmp_type(std::uint8_t protocol) {
  return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
}
/// icmp on IPv4 or icmpv6 on IPv6.
[[nodiscard]] bool is_icmp(const Tuple& tuple);
/// Of an error about another packet (K-FLOW-140).
[[nodiscard]] bool is_icmp_error(const Tuple& tuple);

}  // namespace cttimeout::fake
