// FlowKey: a tuple as the table of flows compares it.
#include "conntrack/flow_key.h"

#include <netinet/in.h>

#include <bit>
#include <cstring>

#include "conntrack/tuple.h"

namespace cttimeout::fake {
namespace {

bool has_types(std::uint8_t protocol) {
  return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
}

std::uint32_t ports_of(const Tuple& tuple) {
  std::uint32_t second = tuple.destination_port;
  if (has_types(tuple.protocol)) {
    second = std::uint32_t{tuple.icmp_type} << 8U | tuple.icmp_code;
  }
  return std::uint32_t{tuple.source_port} << 16U | second;
}

/// One end of a flow, for the hash.
std::uint64_t end_of(const std::uint64_t* address, std::uint64_t port) {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;  // 2^64 by the golden ratio
  return (address[0] ^ std::rotl(address[1], 29)) + (port * odd);
}

std::uint64_t symmetric_hash(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  constexpr std::uint64_t key = 0xbf58476d1ce4e5b9;
  const Wide product = Wide{a ^ key} * (b ^ key);
  return static_cast<std::uint64_t>(product >> 64U) ^ static_cast<std::uint64_t>(product);
}

}  // namespace

FlowKey::FlowKey(const Tuple& tuple, bool has_ports)
    : protocol(tuple.protocol), is_ipv6(tuple.family == AF_INET6) {
  if (has_ports) {
    ports = ports_of(tuple);
    inverse_ports = has_types(protocol) ? ports_of(inverse(tuple)) : std::rotl(ports, 16);
  }
  const std::uint64_t one = ports >> 16U;
  const std::uint64_t two = has_types(protocol) ? one : ports & 0xffffU;
  if (is_ipv6) {
    std::memcpy(&addresses[0], tuple.source.bytes.data(), 16);
    std::memcpy(&addresses[2], tuple.destination.bytes.data(), 16);
    hash = symmetric_hash(end_of(&addresses[0], one), end_of(&addresses[2], two));
    return;
  }
  std::array<std::uint32_t, 2> pair{};
  std::memcpy(&pair[0], tuple.source.bytes.data(), 4);
  std::memcpy(&pair[1], tuple.destination.bytes.data(), 4);
  std::memcpy(&addresses[0], pair.data(), sizeof pair);
  const AddressWords ends{pair[0], 0, pair[1], 0};
  hash = symmetric_hash(end_of(&ends[0], one), end_of(&ends[2], two));
}

Tuple tuple_of(const AddressWords& addresses, std::uint32_t ports, std::uint8_t protocol,
               bool is_ipv6) {
  Tuple tuple{.source_port = static_cast<std::uint16_t>(ports >> 16U),
              .family = is_ipv6 ? std::uint8_t{AF_INET6} : std::uint8_t{AF_INET},
              .protocol = protocol};
  const std::size_t size = is_ipv6 ? 16 : 4;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(addresses.data());
  std::memcpy(tuple.source.bytes.data(), bytes, size);
  std::memcpy(tuple.destination.bytes.data(), bytes + size, size);
  if (has_types(protocol)) {
    tuple.icmp_type = static_cast<std::uint8_t>(ports >> 8U);
    tuple.icmp_code = static_cast<std::uint8_t>(ports);
  } else {
    tuple.destination_port = static_cast<std::uint16_t>(ports);
  }
  return tuple;
}

}  // namespace cttimeout::fake
