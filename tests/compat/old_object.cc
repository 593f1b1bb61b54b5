// What libnetfilter_cttimeout 1.0.1 holds in an object: enough to know which calls it survives.
#include "old_object.h"

#include <algorithm>

#include "support/wire.h"

namespace cttimeout::test {

namespace {

constexpr std::uint8_t dccp = 33;
constexpr std::uint8_t gre = 47;
constexpr std::uint8_t sctp = 132;
constexpr std::size_t longest_name = 31;
constexpr std::uint32_t largest_byte = 255;

}  // namespace

std::uint32_t old_states(std::uint8_t protocol) {
  switch (protocol) {
    case tcp:
      return NFCT_TIMEOUT_ATTR_TCP_MAX;
    case dccp:
      return NFCT_TIMEOUT_ATTR_DCCP_MAX;
    case sctp:
      return NFCT_TIMEOUT_ATTR_SCTP_MAX;
    case udp:
    case udplite:
    case gre:
      return NFCT_TIMEOUT_ATTR_UDP_MAX;
    case icmp:
    case icmpv6:
    case generic:
      return NFCT_TIMEOUT_ATTR_GENERIC_MAX;
    default:
      return 0;
  }
}

/// What a well-formed message says.
struct OldObject::Contents {
  explicit Contents(const Bytes& message) : type(read16(message, 4)) {
    for (std::size_t at = 20; at < message.size(); at += aligned(read16(message, at))) {
      const std::uint16_t attribute = read16(message, at + 2) & 0x3fff;
      if (attribute >= attr_name && attribute <= attr_data) attributes |= 1U << (attribute - 1);
      if (attribute == attr_protocol) protocol = std::to_integer<std::uint8_t>(message[at + 4]);
      if (attribute != attr_data) continue;
      const std::size_t end = at + read16(message, at);
      for (std::size_t in = at + 4; in < end; in += 8) {
        if (const unsigned slot = read16(message, in + 2); slot - 1 < 32) slots |= 1U << (slot - 1);
      }
    }
  }

  [[nodiscard]] bool has(std::uint16_t attribute) const {
    return (attributes >> (attribute - 1) & 1U) != 0;
  }

  /// The states that the old library takes from it.
  [[nodiscard]] unsigned timeouts() const { return slots & ((1U << old_states(protocol)) - 1); }

  std::uint16_t type;
  unsigned attributes = 0;
  std::uint8_t protocol = 0;
  unsigned slots = 0;
};

bool OldObject::survives(const Call& call) const {
  switch (call.what) {
    case What::set_timeout: {
      if (!has(NFCT_TIMEOUT_ATTR_L4PROTO)) return true;
      const std::uint32_t states = std::max(old_states(protocol_), 1U);
      const bool stored = call.type <= old_states(protocol_);
      return !stored || call.type < (room_ == 0 ? states : room_);
    }
    case What::print:
    case What::print_exactly:
      return !has(NFCT_TIMEOUT_ATTR_POLICY) || std::max(old_states(protocol_), 1U) <= room_;
    case What::parse: {
      const Contents contents(call.message);
      if (contents.has(attr_data) && !contents.has(attr_protocol)) return false;
      return room_ == 0 || contents.timeouts() >> room_ == 0;
    }
    default:
      return true;
  }
}

std::optional<std::string_view> OldObject::parse_may_differ(const Bytes& message) const {
  const Contents contents(message);
  const bool is_whole = (contents.attributes & 0xfU) == 0xfU;
  if (contents.type == type_new && !is_whole) return "missing-attribute";
  if (contents.type == type_default_set && (contents.attributes & 0xeU) != 0xeU) {
    return "missing-attribute";
  }
  const bool overwrites = (attributes_ & ~contents.attributes) == 0 &&
                          (timeouts_ & ~contents.timeouts()) == 0 &&
                          (!has(NFCT_TIMEOUT_ATTR_POLICY) || contents.timeouts() != 0);
  if (!overwrites) return "parse-resets";
  return std::nullopt;
}

std::optional<std::string_view> OldObject::set_may_differ(std::uint32_t state) const {
  const std::uint32_t states = old_states(protocol_);
  if (!has(NFCT_TIMEOUT_ATTR_L4PROTO) || states == 0 || state < states) return std::nullopt;
  if (protocol_ == sctp) return "heartbeats-set";
  if (state == states) return "state-beyond-the-last";
  return std::nullopt;
}

std::optional<std::string_view> OldObject::may_differ(const Call& call) const {
  switch (call.what) {
    case What::set_name:
      if (call.name.size() > longest_name) return "long-name";
      if (std::ranges::any_of(call.name, [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; })) {
        return "control-characters";
      }
      return std::nullopt;
    case What::set_u16:
      if (call.type == NFCT_TIMEOUT_ATTR_L4PROTO && call.value > largest_byte) {
        return "wide-protocol";
      }
      return std::nullopt;
    case What::unset:
      if (call.type == NFCT_TIMEOUT_ATTR_POLICY && timeouts_ != 0) return "unset-policy";
      return std::nullopt;
    case What::set_timeout:
      return set_may_differ(call.type);
    case What::build:
    case What::build_more:
      if (old_states(protocol_) == 0 && (timeouts_ & 1U) != 0 && has(NFCT_TIMEOUT_ATTR_POLICY)) {
        return "unknown-protocol-sent";
      }
      if (protocol_ == sctp && timeouts_ >> NFCT_TIMEOUT_ATTR_SCTP_MAX != 0) {
        return "heartbeats-copied";
      }
      return std::nullopt;
    case What::parse:
      return parse_may_differ(call.message);
    default:
      return std::nullopt;
  }
}

void OldObject::allocate() {
  if (room_ == 0) room_ = std::max(old_states(protocol_), 1U);
}

void OldObject::play(const Call& call) {
  switch (call.what) {
    case What::renew:
      *this = {};
      break;
    case What::set_name:
      set(NFCT_TIMEOUT_ATTR_NAME);
      break;
    case What::set_family:
      set(NFCT_TIMEOUT_ATTR_L3PROTO);
      break;
    case What::set_protocol:
    case What::set_u8:
    case What::set_u16:
      if (call.what != What::set_protocol && call.type != NFCT_TIMEOUT_ATTR_L4PROTO) {
        set(call.type);
        break;
      }
      protocol_ = static_cast<std::uint8_t>(call.value);
      set(NFCT_TIMEOUT_ATTR_L4PROTO);
      break;
    case What::unset:
      attributes_ &= ~(1U << call.type);
      break;
    case What::set_timeout:
      if (!has(NFCT_TIMEOUT_ATTR_L4PROTO)) break;
      allocate();  // also for a state that it then refuses
      if (call.type > old_states(protocol_)) break;
      timeouts_ |= 1U << call.type;
      set(NFCT_TIMEOUT_ATTR_POLICY);
      break;
    case What::parse: {
      const Contents contents(call.message);
      attributes_ |= contents.attributes & 0x7U;
      if (contents.has(attr_protocol)) protocol_ = contents.protocol;
      if (contents.timeouts() == 0) break;
      allocate();
      timeouts_ |= contents.timeouts();
      set(NFCT_TIMEOUT_ATTR_POLICY);
      break;
    }
    default:
      break;
  }
}

}  // namespace cttimeout::test
