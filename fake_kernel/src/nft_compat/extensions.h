// The matches and targets of iptables that the kernel has: what nft_compat tells of them.
#pragma once

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace cttimeout::fake {

/// A match or a target (struct xt_match, struct xt_target).
struct Extension {
  std::string_view name;
  std::uint8_t ipv4_revisions;  ///< a bit for each
  std::uint8_t ipv6_revisions;  ///< a bit for each
  std::uint8_t protocol = 0;    ///< that a rule with it must have; 0 for any

  /// None for other families than AF_INET and AF_INET6.
  [[nodiscard]] constexpr std::uint8_t revisions(std::uint8_t family) const {
    if (family == AF_INET) return ipv4_revisions;
    return family == AF_INET6 ? ipv6_revisions : std::uint8_t{0};
  }
};

// As Linux 6.18.44 has them, built with all of them.

inline constexpr std::array matches{
    Extension{"addrtype", 0b11, 0b10},   Extension{"ah", 0b1, 0b0, 51},
    Extension{"ah", 0b0, 0b1},           Extension{"bpf", 0b11, 0b11},
    Extension{"cgroup", 0b111, 0b111},   Extension{"cluster", 0b1, 0b1},
    Extension{"comment", 0b1, 0b1},      Extension{"connbytes", 0b1, 0b1},
    Extension{"connlabel", 0b1, 0b1},    Extension{"connlimit", 0b10, 0b10},
    Extension{"connmark", 0b10, 0b10},   Extension{"conntrack", 0b1110, 0b1110},
    Extension{"cpu", 0b1, 0b1},          Extension{"dccp", 0b1, 0b1, 33},
    Extension{"devgroup", 0b1, 0b1},     Extension{"dscp", 0b1, 0b1},
    Extension{"dst", 0b0, 0b1},          Extension{"ecn", 0b1, 0b1},
    Extension{"esp", 0b1, 0b1, 50},      Extension{"eui64", 0b0, 0b1},
    Extension{"frag", 0b0, 0b1},         Extension{"hashlimit", 0b1110, 0b1110},
    Extension{"hbh", 0b0, 0b1},          Extension{"helper", 0b1, 0b1},
    Extension{"hl", 0b0, 0b1},           Extension{"icmp", 0b1, 0b0, 1},
    Extension{"icmp6", 0b0, 0b1, 58},    Extension{"ipcomp", 0b1, 0b1, 108},
    Extension{"iprange", 0b10, 0b10},    Extension{"ipv6header", 0b0, 0b1},
    Extension{"length", 0b1, 0b1},       Extension{"limit", 0b1, 0b1},
    Extension{"mac", 0b1, 0b1},          Extension{"mark", 0b10, 0b10},
    Extension{"mh", 0b0, 0b1, 135},      Extension{"multiport", 0b10, 0b10},
    Extension{"nfacct", 0b11, 0b11},     Extension{"osf", 0b1, 0b0},
    Extension{"owner", 0b10, 0b10},      Extension{"physdev", 0b1, 0b1},
    Extension{"pkttype", 0b1, 0b1},      Extension{"policy", 0b1, 0b1},
    Extension{"quota", 0b1, 0b1},        Extension{"rateest", 0b1, 0b1},
    Extension{"realm", 0b1, 0b0},        Extension{"recent", 0b11, 0b11},
    Extension{"rpfilter", 0b1, 0b1},     Extension{"rt", 0b0, 0b1},
    Extension{"sctp", 0b1, 0b1, 132},    Extension{"set", 0b11111, 0b11110},
    Extension{"socket", 0b1111, 0b1110}, Extension{"srh", 0b0, 0b11},
    Extension{"state", 0b1, 0b1},        Extension{"statistic", 0b1, 0b1},
    Extension{"string", 0b10, 0b10},     Extension{"tcp", 0b1, 0b1, 6},
    Extension{"tcpmss", 0b1, 0b1, 6},    Extension{"time", 0b1, 0b1},
    Extension{"tos", 0b10, 0b10},        Extension{"ttl", 0b1, 0b0},
    Extension{"u32", 0b1, 0b1},          Extension{"udp", 0b1, 0b1, 17},
};

inline constexpr std::array targets{
    Extension{"AUDIT", 0b1, 0b1},       Extension{"CHECKSUM", 0b1, 0b1},
    Extension{"CLASSIFY", 0b1, 0b1},    Extension{"CONNMARK", 0b110, 0b110},
    Extension{"CONNSECMARK", 0b1, 0b1}, Extension{"CT", 0b111, 0b111},
    Extension{"DNAT", 0b111, 0b110},    Extension{"DNPT", 0b0, 0b1},
    Extension{"DSCP", 0b1, 0b1},        Extension{"ECN", 0b1, 0b0},
    Extension{"ERROR", 0b1, 0b1},       Extension{"HL", 0b0, 0b1},
    Extension{"HMARK", 0b1, 0b1},       Extension{"IDLETIMER", 0b11, 0b11},
    Extension{"LOG", 0b1, 0b1},         Extension{"MARK", 0b100, 0b100},
    Extension{"MASQUERADE", 0b1, 0b1},  Extension{"NETMAP", 0b1, 0b1},
    Extension{"NFLOG", 0b1, 0b1},       Extension{"NFQUEUE", 0b1111, 0b1111},
    Extension{"NOTRACK", 0b1, 0b1},     Extension{"RATEEST", 0b1, 0b1},
    Extension{"REDIRECT", 0b1, 0b1},    Extension{"REJECT", 0b1, 0b1},
    Extension{"SECMARK", 0b11, 0b11},   Extension{"SET", 0b1111, 0b1110},
    Extension{"SNAT", 0b111, 0b110},    Extension{"SNPT", 0b0, 0b1},
    Extension{"SYNPROXY", 0b1, 0b1},    Extension{"TCPMSS", 0b1, 0b1},
    Extension{"TCPOPTSTRIP", 0b1, 0b1}, Extension{"TEE", 0b10, 0b10},
    Extension{"TOS", 0b10, 0b10},       Extension{"TPROXY", 0b11, 0b10},
    Extension{"TRACE", 0b1, 0b1},       Extension{"TTL", 0b1, 0b0},
};

/// The extension of that name that has any revision for that family, AF_INET or AF_INET6; nullptr
/// if there is none.
[[nodiscard]] inline const Extension* find_extension(std::string_view name, bool is_target,
                                                     std::uint8_t family) {
  const std::span<const Extension> all = is_target ? std::span<const Extension>(targets) : matches;
  const auto found = std::ranges::find_if(all, [&](const Extension& extension) {
    return extension.name == name && extension.revisions(family) != 0;
  });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace cttimeout::fake
