// The timeouts inside DATA.
#include <linux/netfilter/nfnetlink.h>

#include <algorithm>
#include <limits>

#include "check/checks/checks.h"

namespace cttimeout::tools::check {
namespace {

/// For an unknown protocol, any slot may be right.
bool known_slot(std::uint16_t type, const Protocol* protocol) {
  if (protocol == nullptr) return type != 0 && type <= max_slots;
  return protocol->slot(type) != nullptr;
}

/// A number that was meant: swapped it is less than 2^20 seconds (12 days, more than any default),
/// as it stands it is more than 2^24 (194 days), with no low bits.
bool only_makes_sense_swapped(std::uint32_t timeout_s) {
  constexpr std::uint32_t unlikely_s = 1U << 24U;
  constexpr std::uint32_t usual_s = 1U << 20U;
  return timeout_s >= unlikely_s && swapped(timeout_s) < usual_s;
}

std::string ticks_text(std::uint64_t ticks, std::uint32_t hz) {
  return std::to_string(ticks) + " ticks at " + std::to_string(hz) + " a second";
}

void check_timeout(const Subject& subject, const Attribute& attribute, const Level& level) {
  const std::string path = path_of(level, attribute.type());
  const std::size_t offset = attribute.offset + NLA_HDRLEN;
  const auto timeout_s = load_big<std::uint32_t>(attribute.payload, 0);
  const std::uint64_t ticks = std::uint64_t{timeout_s} * subject.hz;
  const std::string is = path + " is " + std::to_string(timeout_s) + " s";
  const Slot* const slot =
      level.protocol == nullptr ? nullptr : level.protocol->slot(attribute.type());
  if (only_makes_sense_swapped(timeout_s)) {
    subject.report(rule("C-ORDER-TIMEOUT"), path, offset,
                   is + "; in network order it would be " + std::to_string(swapped(timeout_s)));
  } else if (ticks > std::numeric_limits<std::uint32_t>::max()) {
    subject.report(rule("C-VALUE-WRAP"), path, offset,
                   is + ", that is " + ticks_text(ticks, subject.hz) + "; it becomes " +
                       std::to_string(static_cast<std::uint32_t>(ticks) / subject.hz) + " s");
  } else if (ticks > std::numeric_limits<std::int32_t>::max()) {
    subject.report(rule("C-VALUE-EXPIRED"), path, offset,
                   is + ", that is " + ticks_text(ticks, subject.hz) + "; at most " +
                       std::to_string(std::numeric_limits<std::int32_t>::max() / subject.hz) +
                       " s last");
  } else if (timeout_s == 0 && slot != nullptr && slot->default_s != 0) {
    subject.report(rule("C-VALUE-ZERO"), path, offset, is);
  }
}

void check_slot(const Subject& subject, const Attribute& attribute, const Level& level) {
  const std::string path = path_of(level, attribute.type());
  const std::size_t offset = attribute.offset + NLA_HDRLEN;
  const std::size_t size = attribute.payload.size();
  const std::string has = path + " has " + std::to_string(size) + " bytes";
  if (!known_slot(attribute.type(), level.protocol)) {
    const std::string_view name = level.protocol == nullptr ? "no protocol" : level.protocol->name;
    return subject.report(rule("C-SLOT-UNKNOWN"), path, attribute.offset,
                          std::string(name) + " has no slot " + std::to_string(attribute.type()));
  }
  if (size < sizeof(std::uint32_t)) {
    return subject.report(rule("C-LEN-SHORT"), path, offset, has + " of 4");
  }
  const Bytes rest = attribute.payload.subspan(sizeof(std::uint32_t));
  if (!all_zero(rest)) {
    return subject.report(rule("C-LEN-CUT"), path, offset, has + ", of which 4 are read");
  }
  if (!rest.empty()) subject.report(rule("C-LEN-LONG"), path, offset, has + " instead of 4");
  check_timeout(subject, attribute, level);
}

/// How many of the protocol's slots are given.
std::size_t given_slots(const AttributeArea& area, const Protocol& protocol) {
  return static_cast<std::size_t>(std::ranges::count_if(
      protocol.slots, [&](const Slot& slot) { return area.find(slot.number) != nullptr; }));
}

void check_what_is_given(const Subject& subject, const Attribute& data, const AttributeArea& area,
                         const Protocol* protocol) {
  if (subject.is(IPCTNL_MSG_TIMEOUT_DEFAULT_SET) && data.payload.empty()) {
    subject.report(rule("C-SET-NOTHING"), "DATA", data.offset, "DATA is empty");
  }
  const Message& message = subject.message;
  const bool replaces =
      subject.is(IPCTNL_MSG_TIMEOUT_NEW) && message.has(NLM_F_REPLACE) && !message.has(NLM_F_EXCL);
  if (!replaces || protocol == nullptr) return;
  const std::size_t given = given_slots(area, *protocol);
  if (given == protocol->slots.size()) return;
  subject.report(rule("C-REPLACE-RESET"), "DATA", data.offset,
                 "DATA gives " + std::to_string(given) + " of " +
                     std::to_string(protocol->slots.size()) + " timeouts; the others are reset");
}

}  // namespace

void check_data(const Subject& subject, const Attribute& data, const Protocol* protocol) {
  if (!data.payload.empty() && data.payload.size() < NLA_HDRLEN) {
    return subject.report(rule("C-LEN-SHORT"), "DATA", data.offset + NLA_HDRLEN,
                          "DATA has " + std::to_string(data.payload.size()) +
                              " bytes, neither none nor an attribute");
  }
  const Level level{.path = "DATA", .known = known_slot, .protocol = protocol};
  const AttributeArea area = split_attributes(data.payload, data.offset + NLA_HDRLEN);
  if (check_area(subject, area, level)) return;
  for (const Attribute& attribute : area.attributes) {
    if (check_type(subject, attribute, level)) check_slot(subject, attribute, level);
  }
  check_what_is_given(subject, data, area, protocol);
}

}  // namespace cttimeout::tools::check
