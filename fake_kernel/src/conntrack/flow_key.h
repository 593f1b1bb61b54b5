// FlowKey: a tuple as the table of flows compares it, together with its inverse.
#pragma once

#include <array>
#include <cstdint>

#include "cttimeout/tuple.h"

namespace cttimeout::fake {

/// Addresses in network order, as memory has them: the source, then the destination. Those of IPv4
/// are in the first word; the other direction has its halves exchanged.
using AddressWords = std::array<std::uint64_t, 4>;

struct FlowKey {
  FlowKey() = default;
  /// Fields that the tuple's protocol does not have do not count.
  /// `has_ports`: it is of a protocol with a tracker, whose flows differ in ports, ids or keys.
  FlowKey(const Tuple& tuple, bool has_ports);

  AddressWords addresses{};
  std::uint32_t ports = 0;  ///< source and destination; of icmp the id, the type and the code
  std::uint32_t inverse_ports = 0;
  std::uint8_t protocol = 0;
  bool is_ipv6 = false;
  std::uint64_t hash = 0;  ///< the same for both directions
};

/// The tuple with these words.
[[nodiscard]] Tuple tuple_of(const AddressWords& addresses, std::uint32_t ports,
                             std::uint8_t protocol, bool is_ipv6);

}  // namespace cttimeout::fake
