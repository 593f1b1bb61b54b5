// Attributes as the kernel sees them: the lenient walk, and the check against a command's rules.

#include "netlink/nla.h"

#include <cerrno>

namespace cttimeout::fake {

namespace {

constexpr std::string_view failed_validation = "Attribute failed policy validation";
constexpr std::string_view bytes_left_over = "bytes leftover after parsing attributes";

// validate_nla of a NUL-terminated string (K-ATTR-6): the terminator is sought within the largest
// size; apart from one final NUL no more than the largest length may be given.
int validate_string(std::span<const std::byte> payload, std::size_t largest) {
  const std::size_t sought = std::min(payload.size(), largest + 1);
  if (std::ranges::find(payload.first(sought), std::byte{0}) == payload.first(sought).end()) {
    return EINVAL;
  }
  const std::size_t length = payload.size() - (payload.back() == std::byte{0} ? 1 : 0);
  return length > largest ? ERANGE : 0;
}

// The same of a string that needs no terminator.
int validate_open_string(std::span<const std::byte> payload, std::size_t largest) {
  if (payload.empty()) return ERANGE;
  const std::size_t length = payload.size() - (payload.back() == std::byte{0} ? 1 : 0);
  return length > largest ? ERANGE : 0;
}

// validate_nla, lenient: integers may be longer than their type (K-ATTR-4, K-ATTR-5, K-ATTR-8).
int validate(const AttributePolicy& policy, std::span<const std::byte> payload) {
  switch (policy.type) {
    case NL_ATTR_TYPE_INVALID:
      return 0;
    case NL_ATTR_TYPE_NUL_STRING:
      return validate_string(payload, policy.largest);
    case NL_ATTR_TYPE_STRING:
      return validate_open_string(payload, policy.largest);
    case NL_ATTR_TYPE_BINARY:
      return payload.size() > policy.largest ? ERANGE : 0;
    case NL_ATTR_TYPE_U64:
      return payload.size() < sizeof(std::uint64_t) ? ERANGE : 0;
    case NL_ATTR_TYPE_U32:
      return payload.size() < sizeof(std::uint32_t) ? ERANGE : 0;
    case NL_ATTR_TYPE_U16:
      return payload.size() < sizeof(std::uint16_t) ? ERANGE : 0;
    case NL_ATTR_TYPE_U8:
      return payload.size() < sizeof(std::uint8_t) ? ERANGE : 0;
    default:  // a nest is empty or has room for one attribute header
      return !payload.empty() && payload.size() < NLA_HDRLEN ? ERANGE : 0;
  }
}

}  // namespace

// nla_parse, lenient: type 0 is skipped
int parse_attributes(std::span<const std::byte> message, std::size_t begin,
                     const AttributeRules& rules, Attributes& attributes, ExtendedAck& extended) {
  std::size_t left = 0;
  const int error = for_each_attribute(
      message.subspan(begin), left,
      [&](std::uint16_t type, std::span<const std::byte> payload, std::size_t at) {
        if (type == 0 || type > rules.last_type) return 0;
        const int invalid =
            type < rules.policies.size() ? validate(rules.policies[type], payload) : 0;
        if (invalid != 0) {
          extended = {.text = failed_validation,
                      .offset = static_cast<std::uint32_t>(begin + at),
                      .policy = &rules.policies[type]};
        }
        attributes.set(type, payload);
        return invalid;
      });
  if (error == 0 && left > 0) extended.text = bytes_left_over;
  return error;
}

}  // namespace cttimeout::fake
