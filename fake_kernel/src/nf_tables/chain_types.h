// The types that base chains can have, and where their hooks may be.
#pragma once

#include <netinet/in.h>

#include <linux/netfilter.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace cttimeout::fake::nft {

/// A type of base chain (struct nft_chain_type).
struct ChainType {
  std::string_view name;
  std::uint8_t family;
  std::uint32_t hooks;  ///< a bit for each number
};

inline constexpr std::uint32_t ip_hooks = 0b11111;
inline constexpr std::uint32_t nat_hooks = 0b11011;    // all but FORWARD
inline constexpr std::uint32_t route_hooks = 0b01000;  // OUTPUT

inline constexpr std::array chain_types{
    ChainType{"filter", NFPROTO_IPV4, ip_hooks},   ChainType{"filter", NFPROTO_IPV6, ip_hooks},
    ChainType{"filter", NFPROTO_INET, 0b111111},   ChainType{"filter", NFPROTO_ARP, 0b11},
    ChainType{"filter", NFPROTO_BRIDGE, ip_hooks}, ChainType{"filter", NFPROTO_NETDEV, 0b11},
    ChainType{"nat", NFPROTO_IPV4, nat_hooks},     ChainType{"nat", NFPROTO_IPV6, nat_hooks},
    ChainType{"nat", NFPROTO_INET, nat_hooks},     ChainType{"route", NFPROTO_IPV4, route_hooks},
    ChainType{"route", NFPROTO_IPV6, route_hooks}, ChainType{"route", NFPROTO_INET, route_hooks},
};

/// nullptr if that family has none.
[[nodiscard]] inline const ChainType* find_chain_type(std::string_view name, std::uint8_t family) {
  const auto* found = std::ranges::find_if(chain_types, [&](const ChainType& type) {
    return type.name == name && type.family == family;
  });
  return found == chain_types.end() ? nullptr : found;
}

}  // namespace cttimeout::fake::nft
