// The attributes of a policy: what the kernel demands of them, and what they mean.
#pragma once

#include <linux/netfilter/nfnetlink_cttimeout.h>

#include <cstdint>
#include <span>

#include "cttimeout/policy_table.h"
#include "netlink/nla.h"

namespace cttimeout::fake {

/// cttimeout_nla_policy: the same for each of the five commands.
[[nodiscard]] const AttributeRules& policy_attribute_rules();

/// NAME, L3PROTO and L4PROTO as they stand in attributes that keep these rules.
[[nodiscard]] PolicyName name_of(std::span<const std::byte> payload);
[[nodiscard]] std::uint16_t family_of(std::span<const std::byte> payload);
[[nodiscard]] std::uint8_t protocol_of(std::span<const std::byte> payload);

/// Reads the slots of a DATA nest over `ticks`; returns 0, or ERANGE with nothing changed.
int parse_slots(std::span<const std::byte> nest, const Protocol& protocol, std::uint32_t hz,
                Ticks& ticks);

}  // namespace cttimeout::fake
