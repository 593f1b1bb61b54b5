// Tuples: what identifies a flow in one direction (struct nf_conntrack_tuple).
#pragma once

#include <cstddef>
#include <cstdint>

#include "cttimeout/packet.h"

namespace cttimeout::fake {

enum Direction : std::uint8_t { original, reply };

constexpr Direction other(Direction direction) {
  return direction == original ? reply : original;
}

/// K-FLOW-100, 101.
struct Tuple {
  Address source = {};
  Address destination = {};
  std::uint16_t source_port = 0;  ///< of icmp the id; of gre the key
  std::uint16_t destination_port = 0;
  std::uint8_t icmp_type = 0;
  std::uint8_t icmp_code = 0;
  std::uint8_t family = 0;
  std::uint8_t protocol = 0;

  friend bool operator==(const Tuple&, const Tuple&) = default;
};

struct TupleHash {
  std::size_t operator()(const Tuple& tuple) const;
};

[[nodiscard]] Tuple tuple_of(const Packet& packet);
/// That of the other direction. Of icmp types that nothing answers it is the tuple with the same
/// type: has_inverse() tells first.
[[nodiscard]] Tuple inverse(const Tuple& tuple);
/// Whether something answers packets of its kind: false of some icmp types alone (K-FLOW-102).
[[nodiscard]] bool has_inverse(const Packet& packet);

/// icmp on IPv4 or icmpv6 on IPv6.
[[nodiscard]] bool is_icmp(const Packet& packet);
/// An error about another packet (K-FLOW-140).
[[nodiscard]] bool is_icmp_error(const Packet& packet);

}  // namespace cttimeout::fake
