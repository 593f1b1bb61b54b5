// The attributes of a policy: what the kernel demands of them, and what they mean.

#include "cttimeout/attributes.h"

#include <arpa/inet.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace cttimeout::fake {

namespace {

// USE has none: any length is accepted.
constexpr std::array<AttributePolicy, CTA_TIMEOUT_DATA + 1> policies{{
    {},
    {NL_ATTR_TYPE_NUL_STRING, CTNL_TIMEOUT_NAME_MAX - 1, 12},
    {NL_ATTR_TYPE_U16, 0xffff, 12},
    {NL_ATTR_TYPE_U8, 0xff, 12},
    {NL_ATTR_TYPE_NESTED, 0, 20},
}};
constexpr AttributeRules rules{.policies = policies, .last_type = CTA_TIMEOUT_MAX};
static_assert(rules.last_type < Attributes::most_types);

}  // namespace

const AttributeRules& policy_attribute_rules() {
  return rules;
}

PolicyName name_of(std::span<const std::byte> payload) {
  return PolicyName(text_of(payload));
}

std::uint16_t family_of(std::span<const std::byte> payload) {
  return ntohs(load<std::uint16_t>(payload.data()));
}

std::uint8_t protocol_of(std::span<const std::byte> payload) {
  return load<std::uint8_t>(payload.data());
}

// ctnl_timeout_parse_policy: everything is checked before anything is changed.
int parse_slots(std::span<const std::byte> nest, const Protocol& protocol, std::uint32_t hz,
                Ticks& ticks) {
  Ticks parsed = ticks;
  std::size_t left = 0;
  const int error = for_each_attribute(
      nest, left, [&](std::uint16_t type, std::span<const std::byte> payload, std::size_t) {
        if (protocol.slot(type) == nullptr) return 0;
        if (payload.size() < sizeof(std::uint32_t)) return ERANGE;
        // The product wraps at 32 bits (K-NEW-7).
        parsed[type - 1U] = big32_of(payload) * hz;
        return 0;
      });
  if (error == 0) ticks = parsed;
  return error;
}

}  // namespace cttimeout::fake
