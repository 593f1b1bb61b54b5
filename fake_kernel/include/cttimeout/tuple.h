// Tuple: what identifies a flow in one direction.
#pragma once

#include <cstdint>

#include "cttimeout/address.h"

namespace cttimeout {

/// struct nf_conntrack_tuple (K-FLOW-100, 101). Numbers are in host order; those that the protocol
/// does not have are 0.
struct Tuple {
  Address source = {};                 ///< in network order
  Address destination = {};            ///< in network order
  std::uint16_t source_port = 0;       ///< the id of icmp and icmpv6, the source key of gre
  std::uint16_t destination_port = 0;  ///< the destination key of gre
  std::uint8_t icmp_type = 0;          ///< of icmp and icmpv6
  std::uint8_t icmp_code = 0;          ///< of icmp and icmpv6
  std::uint8_t family = 0;             ///< AF_INET or AF_INET6
  std::uint8_t protocol = 0;           ///< IPPROTO_*

  friend bool operator==(const Tuple&, const Tuple&) = default;
};

}  // namespace cttimeout
