// Hex digits to bytes, as the readers need them.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace cttimeout::tools::check {

[[nodiscard]] constexpr std::optional<unsigned> hex_digit(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A' + 10);
  return std::nullopt;
}

/// Pairs of hex digits with blanks between them; nullopt if it is anything else.
[[nodiscard]] inline std::optional<std::vector<std::byte>> from_hex(std::string_view text) {
  std::vector<std::byte> bytes;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ' || text[at] == '\t') {
      ++at;
      continue;
    }
    const auto high = hex_digit(text[at]);
    const auto low = at + 1 < text.size() ? hex_digit(text[at + 1]) : std::nullopt;
    if (!high || !low) return std::nullopt;
    bytes.push_back(static_cast<std::byte>(*high << 4U | *low));
    at += 2;
  }
  return bytes;
}

/// As from_hex(), with , : - ; and | between the pairs as well, with 0x before a byte or a whole
/// message, \x before each byte, or h behind it: what people copy out of lists.
[[nodiscard]] std::optional<std::vector<std::byte>> from_hex_list(std::string_view text);

/// Only letters of base64, in groups of four, and as many as a message has at least; two of them
/// are no hex digits, so that it is not one digit that was mistyped.
[[nodiscard]] bool looks_like_base64(std::string_view text);
inline constexpr std::string_view base64_advice =
    "this looks like base64; `base64 -d FILE | xxd -p | cttimeout check -` reads a datagram of it";

}  // namespace cttimeout::tools::check
