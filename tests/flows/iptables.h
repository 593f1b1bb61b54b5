// The four programs that make CT rules.
#pragma once

#include <array>
#include <iosfwd>
#include <string>
#include <string_view>

#include "cttimeout/policy.h"
#include "flows/command.h"

namespace cttimeout::packets {

/// One of the four programs that make CT rules.
struct Way {
  Family family;
  std::string_view backend;  ///< "nft" or "legacy"
};
inline constexpr std::array ways{Way{Family::ipv4, "nft"}, Way{Family::ipv4, "legacy"},
                                 Way{Family::ipv6, "nft"}, Way{Family::ipv6, "legacy"}};
inline constexpr const Way& usual_way = ways.front();

/// Such as "Ipv4Nft", for the names of tests.
[[nodiscard]] std::string to_string(const Way& way);
void PrintTo(const Way& way, std::ostream* out);

/// iptables or ip6tables with these arguments, on table raw.
[[nodiscard]] Outcome iptables(const Way& way, const std::string& arguments);

}  // namespace cttimeout::packets
