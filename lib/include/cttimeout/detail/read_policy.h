// How a policy is read: in the layout that every kernel writes, or attribute by attribute.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "cttimeout/detail/wire.h"
#include "cttimeout/policy.h"
#include "cttimeout/result.h"

namespace cttimeout::wire {

/// How the attribute header at `at` differs from an expected one; 0 if it does not.
inline std::uint32_t header_differs(const std::byte* at, std::size_t payload_size, unsigned type) {
  const nlattr expected{static_cast<std::uint16_t>(NLA_HDRLEN + payload_size),
                        static_cast<std::uint16_t>(type)};
  return std::bit_cast<std::uint32_t>(expected) ^ load<std::uint32_t>(at);
}

/// Whether a nest is as the kernel writes it: slots 1, 2, 3 and so on, and nothing else.
inline bool slots_are_in_order(std::span<const std::byte> nest) {
  const std::size_t count = nest.size() / slot_size;
  if (nest.size() % slot_size != 0 || count > max_slots) return false;
  std::uint32_t differing = 0;  // no way out of the loop: what is in order is so to its end
  for (std::size_t i = 0; i < count; ++i) {
    differing |= header_differs(nest.data() + slot_size * i, sizeof(std::uint32_t),
                                static_cast<unsigned>(i + 1));
  }
  return differing == 0;
}

/// The slots of a DATA nest. Slots beyond those that Timeouts can hold are skipped.
inline bool read_timeouts(std::span<const std::byte> nest, Timeouts& timeouts) {
  if (slots_are_in_order(nest)) {
    timeouts.set_first(nest.size() / slot_size, [&](std::size_t slot) {
      return ntohl(load<std::uint32_t>(nest.data() + slot_size * slot - sizeof(std::uint32_t)));
    });
    return true;
  }
  std::size_t at = 0;
  return walk_attributes(nest, at, nest.size(), [&](const Attribute& slot) {
    if (slot.type - 1U >= max_slots) return true;
    if (slot.payload.size() != sizeof(std::uint32_t)) return false;
    timeouts.set_raw(slot.type, ntohl(load<std::uint32_t>(slot.payload.data())));
    return true;
  });
}

inline bool read_name(std::span<const std::byte> payload, Name& name) {
  if (payload.empty() || payload.size() > CTNL_TIMEOUT_NAME_MAX) return false;
  const auto* text = reinterpret_cast<const char*>(payload.data());
  const void* terminator = std::memchr(text, 0, payload.size());
  if (terminator == nullptr) return false;
  name.assign(std::string_view(text, static_cast<const char*>(terminator)));
  return true;
}

/// Which attributes a reply had, one bit for each CTA_TIMEOUT_*.
using Seen = unsigned;
constexpr Seen seen(unsigned type) {
  return 1U << type;
}

inline bool read_attribute(const Attribute& attribute, InstalledPolicy& policy) {
  const auto& [type, payload] = attribute;
  switch (type) {
    case CTA_TIMEOUT_NAME:
      return read_name(payload, policy.name);
    case CTA_TIMEOUT_L3PROTO:
      if (payload.size() != sizeof(std::uint16_t)) return false;
      policy.family = Family{ntohs(load<std::uint16_t>(payload.data()))};
      return true;
    case CTA_TIMEOUT_L4PROTO:
      if (payload.size() != sizeof(std::uint8_t)) return false;
      policy.protocol = load<std::uint8_t>(payload.data());
      return true;
    case CTA_TIMEOUT_DATA:
      return read_timeouts(payload, policy.timeouts);
    case CTA_TIMEOUT_USE:
      if (payload.size() != sizeof(std::uint32_t)) return false;
      policy.users = ntohl(load<std::uint32_t>(payload.data()));
      return true;
    default:  // a newer kernel's
      return true;
  }
}

/// Reads a message whose attributes lie as every kernel lays those of a policy: NAME, L3PROTO,
/// L4PROTO, USE, DATA. False if they do not, or if one is wrong: the walk will tell which.
inline bool read_usual_layout(std::span<const std::byte> message, InstalledPolicy& policy) {
  constexpr std::size_t integers_size = 3 * slot_size;
  if (message.size() < header_size + NLA_HDRLEN) return false;
  const auto name = load<nlattr>(message.data() + header_size);
  const std::size_t data_at = header_size + align4(name.nla_len) + integers_size;
  // Too short wraps around. A longer nest has more slots than Timeouts, or more bytes than its
  // header can tell.
  const bool fits = message.size() - (data_at + NLA_HDRLEN) <= max_slots * slot_size;
  if (name.nla_type != CTA_TIMEOUT_NAME || name.nla_len < NLA_HDRLEN || !fits) return false;
  const std::byte* data = message.data() + data_at;
  const std::byte* family = data - integers_size;
  const std::byte* protocol = family + slot_size;
  const std::byte* users = protocol + slot_size;
  const auto nest = message.subspan(data_at + NLA_HDRLEN);
  const std::uint32_t differing =
      header_differs(family, sizeof(std::uint16_t), CTA_TIMEOUT_L3PROTO) |
      header_differs(protocol, sizeof(std::uint8_t), CTA_TIMEOUT_L4PROTO) |
      header_differs(users, sizeof(std::uint32_t), CTA_TIMEOUT_USE) |
      header_differs(data, nest.size(), CTA_TIMEOUT_DATA | NLA_F_NESTED);
  if (differing != 0) return false;
  policy.family = Family{ntohs(load<std::uint16_t>(family + NLA_HDRLEN))};
  policy.protocol = load<std::uint8_t>(protocol + NLA_HDRLEN);
  policy.users = ntohl(load<std::uint32_t>(users + NLA_HDRLEN));
  const auto text = message.subspan(header_size + NLA_HDRLEN, name.nla_len - NLA_HDRLEN);
  return read_name(text, policy.name) && read_timeouts(nest, policy.timeouts);
}

/// Why a message cannot be believed, and where; no detail if it can.
struct Fault {
  std::string_view detail = {};
  std::size_t offset = 0;
};

/// Reads a message of type `command` that has at least the attributes `required`.
inline Fault read_policy(std::span<const std::byte> message, std::uint8_t command, Seen required,
                         InstalledPolicy& policy) {
  if (message.size() < header_size) return {"message shorter than its headers", 0};
  const auto header = load<nlmsghdr>(message.data());
  if (header.nlmsg_type != (NFNL_SUBSYS_CTNETLINK_TIMEOUT << 8 | command)) {
    return {"message type is not that of a reply", offsetof(nlmsghdr, nlmsg_type)};
  }
  if (read_usual_layout(message, policy)) return {};
  Seen present = 0;
  std::size_t at = header_size;
  const bool read = walk_attributes(message, at, message.size(), [&](const Attribute& attribute) {
    if (attribute.type <= CTA_TIMEOUT_MAX) present |= seen(attribute.type);
    return read_attribute(attribute, policy);
  });
  if (!read) return {"attribute of wrong length or content", at};
  if ((present & required) != required) return {"attribute missing", message.size()};
  return {};
}

/// As read_policy() above, in place: a policy is too large to be copied for nothing.
inline Result<InstalledPolicy> read_policy(std::span<const std::byte> message, std::uint8_t command,
                                           Seen required) {
  Result<InstalledPolicy> policy;
  const Fault fault = read_policy(message, command, required, *policy);
  if (!fault.detail.empty()) policy = malformed(fault.detail, fault.offset);
  return policy;
}

}  // namespace cttimeout::wire
