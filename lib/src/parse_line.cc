// Reads a policy from one line. Each function takes one word and says what it expected instead.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cttimeout/format.h"
#include "word_reader.h"
#include "words.h"

namespace cttimeout {
namespace {

constexpr std::uint64_t max_timeout_s = std::numeric_limits<std::uint32_t>::max();

/// Any text, fit for an error: one line, and short enough to leave room for what was expected.
std::string shown(std::string_view word) {
  constexpr std::size_t longest = 16;
  std::string text = quoted(word);
  if (text.size() <= longest) return text;
  text.resize(longest - 3);
  return text + "...";
}

tl::unexpected<Error> malformed(std::string_view detail) {
  return tl::unexpected(
      Error{.origin = Origin::request, .what = Errc::text_malformed, .detail = detail});
}

/// A decimal number without a sign; beyond 64 bits it is the largest one.
std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (stop != end || failure == std::errc::invalid_argument) return std::nullopt;
  return failure == std::errc() ? value : std::numeric_limits<std::uint64_t>::max();
}

/// Seconds, plain or in units; what exceeds the largest timeout is some value above it.
std::optional<std::uint64_t> parse_seconds(std::string_view text) {
  constexpr std::string_view letters = "wdhms";
  constexpr std::array<std::uint64_t, letters.size()> units_s{604800, 86400, 3600, 60, 1};
  if (const auto seconds = parse_number(text)) return seconds;
  std::uint64_t total_s = 0;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(letters), text.size());
    const auto number = parse_number(text.substr(0, end));
    const std::size_t unit = end < text.size() ? letters.find(text[end]) : letters.size();
    if (!number || unit < next_unit || unit == letters.size()) return std::nullopt;
    total_s += std::min(*number, max_timeout_s + 1) * units_s[unit];
    next_unit = unit + 1;
    text.remove_prefix(end + 1);
  }
  return next_unit == 0 ? std::nullopt : std::optional(total_s);
}

Result<Name> parse_name(WordReader& words) {
  if (words.at_end()) {
    return malformed("the name is missing; expected NAME FAMILY PROTOCOL [SLOT SECONDS]...");
  }
  std::string name;
  if (words.at_quote()) {
    const auto text = words.quoted_word();
    if (!text) {
      return malformed(
          "the name in quotes: expected \"...\" of printable ASCII with \\\" \\\\ "
          "\\xNN, then a blank");
    }
    name = *text;
  } else {
    name = words.word();
    if (!is_plain_word(name)) return malformed("name " + shown(name) + " must stand in quotes");
  }
  if (name.size() > max_name_size) {
    return malformed("name " + shown(name) + " has " + std::to_string(name.size()) +
                     " bytes; at most " + std::to_string(max_name_size));
  }
  return Name(name);
}

Result<Family> parse_family(std::string_view word) {
  const auto* found = std::ranges::find(families, word, &decltype(families)::value_type::first);
  if (found != families.end()) return found->second;
  const auto number = parse_number(word);
  if (number && *number <= std::numeric_limits<std::uint16_t>::max()) {
    return static_cast<Family>(*number);
  }
  return malformed("family " + shown(word) + ": expected inet, inet6 or a number up to 65535");
}

Result<std::uint8_t> parse_protocol(std::string_view word) {
  if (const Protocol* const protocol = find_protocol(word)) return protocol->number;
  const auto number = parse_number(word);
  if (number && *number <= std::numeric_limits<std::uint8_t>::max()) {
    return static_cast<std::uint8_t>(*number);
  }
  std::string names;
  for (const Protocol& protocol : protocols) names += std::string(protocol.name) + ' ';
  return malformed("protocol " + shown(word) + ": expected " + names + "or a number up to 255");
}

Result<std::size_t> parse_slot(std::string_view word, std::uint8_t protocol_number) {
  constexpr std::string_view numbered = "slot_";
  std::string wanted = lower_case(word);
  if (wanted == "unack") wanted = "unacknowledged";
  if (wanted.starts_with(numbered)) {
    const auto number = parse_number(std::string_view(wanted).substr(numbered.size()));
    if (number && *number >= 1 && *number <= max_slots) return *number;
  }
  const Protocol* const protocol = find_protocol(protocol_number);
  if (protocol == nullptr) {
    return malformed("slot " + shown(word) + ": protocol " + std::to_string(protocol_number) +
                     " has slot_1 to slot_" + std::to_string(max_slots));
  }
  std::string names;
  for (const Slot& slot : protocol->slots) {
    const std::string name = lower_case(slot.name);
    if (name == wanted) return slot.number;
    names += ' ' + name;
  }
  return malformed("slot " + shown(word) + ": " + std::string(protocol->name) + " has" + names);
}

Result<std::uint32_t> parse_timeout(std::string_view word, std::string_view slot_word) {
  const std::string slot = lower_case(slot_word);
  if (word.empty()) return malformed("slot " + slot + ": its timeout is missing");
  const std::string subject = "timeout " + shown(word) + " of " + slot;
  const auto seconds = parse_seconds(word);
  if (!seconds) return malformed(subject + ": expected whole seconds, 0 or more, as 90 or 1m30s");
  if (*seconds > max_timeout_s) {
    return malformed(subject + ": at most " + std::to_string(max_timeout_s) + " seconds");
  }
  return static_cast<std::uint32_t>(*seconds);
}

}  // namespace

Result<Policy> parse_line(std::string_view line) {
  WordReader words(line);
  const auto name = parse_name(words);
  if (!name) return tl::unexpected(name.error());
  const auto family = parse_family(words.word());
  if (!family) return tl::unexpected(family.error());
  const auto protocol = parse_protocol(words.word());
  if (!protocol) return tl::unexpected(protocol.error());
  Policy policy{.name = *name, .family = *family, .protocol = *protocol, .timeouts = {}};
  while (!words.at_end()) {
    const std::string_view slot_word = words.word();
    const auto slot = parse_slot(slot_word, *protocol);
    if (!slot) return tl::unexpected(slot.error());
    if (policy.timeouts.get(*slot)) {
      return malformed("slot " + shown(slot_word) + " is given twice");
    }
    const auto timeout = parse_timeout(words.word(), slot_word);
    if (!timeout) return tl::unexpected(timeout.error());
    policy.timeouts.set_raw(*slot, *timeout);
  }
  return policy;
}

}  // namespace cttimeout
