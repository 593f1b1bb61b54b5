// Options by which netfilter is configured through sockets of any kind, past netlink.
#pragma once

#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace cttimeout::tools::wrapper {

/// Options of one level, from the first to the last.
struct TableOptions {
  std::uint32_t level;  ///< IPPROTO_*
  std::uint32_t first;
  std::uint32_t last;
  std::string_view subsystem;  ///< that serves them
};

// Between these lies SO_ORIGINAL_DST (80), which only tells where a connection was meant to go.
inline constexpr std::array table_options{
    TableOptions{IPPROTO_IP, 64, 79, "ip_tables"},     // IPT_SO_*
    TableOptions{IPPROTO_IP, 81, 95, "ipset"},         // SO_IP_SET
    TableOptions{IPPROTO_IP, 96, 127, "arp_tables"},   // ARPT_SO_*
    TableOptions{IPPROTO_IP, 128, 191, "ebtables"},    // EBT_SO_*
    TableOptions{IPPROTO_IP, 1152, 1279, "IPVS"},      // IP_VS_SO_*
    TableOptions{IPPROTO_IPV6, 64, 65, "ip6_tables"},  // IP6T_SO_*
    TableOptions{IPPROTO_IPV6, 68, 69, "ip6_tables"},  // IP6T_SO_GET_REVISION_*
};

/// Those that have this one; nullptr if it is another option.
[[nodiscard]] constexpr const TableOptions* find_table_options(std::uint64_t level,
                                                               std::uint64_t option) {
  for (const TableOptions& options : table_options) {
    if (level == options.level && option >= options.first && option <= options.last) {
      return &options;
    }
  }
  return nullptr;
}

}  // namespace cttimeout::tools::wrapper
