// FlowKey: a tuple as the table of flows compares it.
#include "conntrack/flow_key.h"

namespace cttimeout::fake {

Tuple tuple_of(const AddressWords& addresses, std::uint32_t ports, std::uint8_t protocol,
               bool is_ipv6) {
  Tuple tuple{.source_port = static_cast<std::uint16_t>(ports >> 16U),
              .family = is_ipv6 ? std::uint8_t{AF_INET6} : std::uint8_t{AF_INET},
              .protocol = protocol};
  const std::size_t size = is_ipv6 ? 16 : 4;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(addresses.data());
  std::memcpy(tuple.source.bytes.data(), bytes, size);
  std::memcpy(tuple.destination.bytes.data(), bytes + size, size);
  if (has_icmp_type(protocol)) {
    tuple.icmp_type = static_cast<std::uint8_t>(ports >> 8U);
    tuple.icmp_code = static_cast<std::uint8_t>(ports);
  } else {
    tuple.destination_port = static_cast<std::uint16_t>(ports);
  }
  return tuple;
}

}  // namespace cttimeout::fake
