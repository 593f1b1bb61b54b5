// The attributes of nf_tables' messages: what the kernel demands of them, and how they are read.
#pragma once

#include <arpa/inet.h>
#include <linux/netfilter.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "netlink/nla.h"

namespace cttimeout::fake::nft {

// Message types that are newer than the headers may be.
inline constexpr unsigned destroy_table = 26;
inline constexpr unsigned destroy_chain = 27;
inline constexpr unsigned destroy_rule = 28;

// nft_table_policy, nft_chain_policy, nft_rule_policy, and what all others have.
extern const AttributeRules table_rules;
extern const AttributeRules chain_rules;
extern const AttributeRules rule_rules;
extern const AttributeRules other_rules;

[[nodiscard]] inline std::uint64_t big64_of(std::span<const std::byte> payload) {
  return std::uint64_t{big32_of(payload)} << 32U | big32_of(payload.subspan(4));
}
[[nodiscard]] inline std::vector<std::byte> bytes_of(std::span<const std::byte> payload) {
  return {payload.begin(), payload.end()};
}

/// The attributes of a nest, none of them beyond `last_type`, each of at least the size that
/// `sizes` has for its type. Returns 0 or an errno; it blames nothing.
[[nodiscard]] int parse_nest(std::span<const std::byte> nest,
                             std::span<const std::uint16_t> least_sizes, Attributes& attributes);

}  // namespace cttimeout::fake::nft
