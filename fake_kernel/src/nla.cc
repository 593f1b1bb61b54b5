// Attributes as the kernel sees them: lenient walk, policy check, and a writer for replies.

#include "nla.h"

#include <algorithm>
#include <cerrno>

namespace cttimeout {

namespace {

constexpr std::string_view failed_validation = "Attribute failed policy validation";
constexpr std::string_view bytes_left_over = "bytes leftover after parsing attributes";

// cttimeout_nla_policy. USE has no entry: any length is accepted.
constexpr std::array<AttributePolicy, CTA_TIMEOUT_DATA + 1> policies{{
    {},
    {NL_ATTR_TYPE_NUL_STRING, CTNL_TIMEOUT_NAME_MAX - 1, 12},
    {NL_ATTR_TYPE_U16, 0xffff, 12},
    {NL_ATTR_TYPE_U8, 0xff, 12},
    {NL_ATTR_TYPE_NESTED, 0, 20},
}};

template <class T>
T load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// nla_for_each_attr: visits (type, payload, offset) until `visit` returns an errno or the next
// attribute does not fit. `left` is what remains then (K-ATTR-3).
template <class Visit>
int for_each_attribute(std::span<const std::byte> area, std::size_t& left, Visit&& visit) {
  std::size_t at = 0;
  left = area.size();
  while (left >= NLA_HDRLEN) {
    const auto header = load<nlattr>(area.data() + at);
    if (header.nla_len < NLA_HDRLEN || header.nla_len > left) break;
    const auto type = static_cast<std::uint16_t>(header.nla_type & NLA_TYPE_MASK);
    const auto payload = area.subspan(at + NLA_HDRLEN, header.nla_len - NLA_HDRLEN);
    if (const int error = visit(type, payload, at); error != 0) return error;
    const std::size_t step = std::min(align4(header.nla_len), left);
    at += step;
    left -= step;
  }
  return 0;
}

// validate_nla of a NUL-terminated string (K-ATTR-6): the terminator is sought within the largest
// size; apart from one final NUL no more than the largest length may be given.
int validate_name(std::span<const std::byte> payload, std::size_t largest) {
  const std::size_t sought = std::min(payload.size(), largest + 1);
  if (std::ranges::find(payload.first(sought), std::byte{0}) == payload.first(sought).end()) {
    return EINVAL;
  }
  const std::size_t length = payload.size() - (payload.back() == std::byte{0} ? 1 : 0);
  return length > largest ? ERANGE : 0;
}

// validate_nla, lenient: integers may be longer than their type (K-ATTR-4, K-ATTR-5, K-ATTR-8).
int validate(const AttributePolicy& policy, std::span<const std::byte> payload) {
  switch (policy.type) {
    case NL_ATTR_TYPE_NUL_STRING:
      return validate_name(payload, policy.largest);
    case NL_ATTR_TYPE_U16:
      return payload.size() < sizeof(std::uint16_t) ? ERANGE : 0;
    case NL_ATTR_TYPE_U8:
      return payload.size() < sizeof(std::uint8_t) ? ERANGE : 0;
    default:  // a nest is empty or has room for one attribute header
      return !payload.empty() && payload.size() < NLA_HDRLEN ? ERANGE : 0;
  }
}

}  // namespace

// nla_parse, lenient
int parse_attributes(std::span<const std::byte> message, std::size_t begin, Attributes& attributes,
                     ExtendedAck& extended) {
  std::size_t left = 0;
  const int error = for_each_attribute(
      message.subspan(begin), left,
      [&](std::uint16_t type, std::span<const std::byte> payload, std::size_t at) {
        if (type == CTA_TIMEOUT_UNSPEC || type > CTA_TIMEOUT_MAX) return 0;
        const int invalid = type < policies.size() ? validate(policies[type], payload) : 0;
        if (invalid != 0) {
          extended = {.text = failed_validation,
                      .policy = &policies[type],
                      .offset = static_cast<std::uint32_t>(begin + at)};
        }
        attributes[type] = payload;
        return invalid;
      });
  if (error == 0 && left > 0) extended.text = bytes_left_over;
  return error;
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
        parsed[type - 1U] = ntohl(load<std::uint32_t>(payload.data())) * hz;
        return 0;
      });
  if (error == 0) ticks = parsed;
  return error;
}

bool has_short_attribute(std::span<const std::byte> area, std::uint16_t type, std::size_t size) {
  std::size_t left = 0;
  return for_each_attribute(area, left, [&](std::uint16_t found, auto payload, std::size_t) {
           return found == type && payload.size() < size ? ERANGE : 0;
         }) != 0;
}

PolicyName name_of(std::span<const std::byte> payload) {
  const auto* text = reinterpret_cast<const char*>(payload.data());
  return PolicyName(std::string_view(text, strnlen(text, payload.size())));
}

std::uint16_t family_of(std::span<const std::byte> payload) {
  return ntohs(load<std::uint16_t>(payload.data()));
}

std::uint8_t protocol_of(std::span<const std::byte> payload) {
  return load<std::uint8_t>(payload.data());
}

}  // namespace cttimeout
