// The attributes of nf_tables' messages: what the kernel demands of them, and how they are read.

#include "nf_tables/attributes.h"

#include <linux/netfilter/nf_tables.h>

#include <array>
#include <cerrno>

namespace cttimeout::fake::nft {

namespace {

constexpr std::size_t over_charge = 12;
constexpr AttributePolicy anything{};
constexpr AttributePolicy name{NL_ATTR_TYPE_STRING, NFT_NAME_MAXLEN - 1, over_charge};
constexpr AttributePolicy type_name{NL_ATTR_TYPE_STRING, 64, over_charge};
constexpr AttributePolicy u32{NL_ATTR_TYPE_U32, 0xffffffff, over_charge};
constexpr AttributePolicy u64{NL_ATTR_TYPE_U64, ~std::uint64_t{0}, over_charge};
constexpr AttributePolicy nest{NL_ATTR_TYPE_NESTED, 0, 20};
constexpr AttributePolicy userdata{NL_ATTR_TYPE_BINARY, NFT_USERDATA_MAXLEN, over_charge};

constexpr std::array table_policies{anything, name, u32, u32, u64, anything, userdata};
constexpr std::array chain_policies{anything,  name, u64,      name, nest, u32,     u32,
                                    type_name, nest, anything, u32,  u32,  userdata};
constexpr std::array rule_policies{anything, name,     name,     u64, nest, nest,
                                   u64,      userdata, anything, u32, u32,  u32};
constexpr std::array other_policies{anything, name, name};

}  // namespace

const AttributeRules table_rules{table_policies, NFTA_TABLE_MAX};
const AttributeRules chain_rules{chain_policies, NFTA_CHAIN_MAX};
const AttributeRules rule_rules{rule_policies, NFTA_RULE_MAX};
const AttributeRules other_rules{other_policies, 2};

int parse_nest(std::span<const std::byte> nest, std::span<const std::uint16_t> least_sizes,
               Attributes& attributes) {
  std::size_t left = 0;
  return for_each_attribute(nest, left, [&](std::uint16_t type, auto payload, std::size_t) {
    if (type == 0 || type >= least_sizes.size()) return 0;
    if (payload.size() < least_sizes[type]) return ERANGE;
    attributes.set(type, payload);
    return 0;
  });
}

}  // namespace cttimeout::fake::nft
