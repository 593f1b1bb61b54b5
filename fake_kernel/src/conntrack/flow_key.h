// FlowKey: a tuple as the table of flows compares it, together with its inverse.
#pragma once

#include <netinet/in.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "conntrack/tuple.h"

namespace cttimeout::fake {

/// Addresses in network order, as memory has them: the source, then the destination. Those of IPv4
/// are in the first word; the other direction has its halves exchanged.
using AddressWords = std::array<std::uint64_t, 4>;

namespace flow_key {

inline std::uint32_t ports_of(const Tuple& tuple) {
  std::uint32_t second = tuple.destination_port;
  if (has_icmp_type(tuple.protocol)) {
    second = std::uint32_t{tuple.icmp_type} << 8U | tuple.icmp_code;
  }
  return std::uint32_t{tuple.source_port} << 16U | second;
}

/// One end of a flow, for the hash.
inline std::uint64_t end_of(const std::uint64_t* address, std::uint64_t port) {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;  // 2^64 by the golden ratio
  return (address[0] ^ std::rotl(address[1], 29)) + (port * odd);
}

inline std::uint64_t symmetric_hash(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  constexpr std::uint64_t key = 0xbf58476d1ce4e5b9;
  const Wide product = Wide{a ^ key} * (b ^ key);
  return static_cast<std::uint64_t>(product >> 64U) ^ static_cast<std::uint64_t>(product);
}

}  // namespace flow_key

struct FlowKey {
  FlowKey() = default;
  /// Fields that the tuple's protocol does not have do not count.
  /// `is_tracked`: it is of a protocol with a tracker, whose flows differ in ports, ids or keys.
  FlowKey(const Tuple& tuple, bool is_tracked);

  AddressWords addresses{};
  std::uint32_t ports = 0;  ///< source and destination; of icmp the id, the type and the code
  std::uint32_t inverse_ports = 0;
  std::uint8_t protocol = 0;
  bool is_ipv6 = false;
  std::uint64_t hash = 0;  ///< the same for both directions
};

inline FlowKey::FlowKey(const Tuple& tuple, bool is_tracked)
    : protocol(tuple.protocol), is_ipv6(tuple.family == AF_INET6) {
  if (is_tracked) {
    ports = flow_key::ports_of(tuple);
    inverse_ports =
        has_icmp_type(protocol) ? flow_key::ports_of(inverse(tuple)) : std::rotl(ports, 16);
  }
  const std::uint64_t one = ports >> 16U;
  const std::uint64_t two = has_icmp_type(protocol) ? one : ports & 0xffffU;
  if (is_ipv6) {
    std::memcpy(&addresses[0], tuple.source.bytes.data(), 16);
    std::memcpy(&addresses[2], tuple.destination.bytes.data(), 16);
    hash = flow_key::symmetric_hash(flow_key::end_of(&addresses[0], one),
                                    flow_key::end_of(&addresses[2], two));
    return;
  }
  std::array<std::uint32_t, 2> pair{};
  std::memcpy(&pair[0], tuple.source.bytes.data(), 4);
  std::memcpy(&pair[1], tuple.destination.bytes.data(), 4);
  std::memcpy(&addresses[0], pair.data(), sizeof pair);
  const AddressWords ends{pair[0], 0, pair[1], 0};
  hash = flow_key::symmetric_hash(flow_key::end_of(&ends[0], one), flow_key::end_of(&ends[2], two));
}

/// The tuple with these words.
[[nodiscard]] Tuple tuple_of(const AddressWords& addresses, std::uint32_t ports,
                             std::uint8_t protocol, bool is_ipv6);

}  // namespace cttimeout::fake
