// Hex digits to bytes, as the readers need them.
#include "check/readers/hex_text.h"

#include <algorithm>

namespace cttimeout::check {
namespace {

constexpr std::string_view separators = " \t,:-";

/// "0x4", "\x04\x05" or "0405".
bool append_word(std::string_view word, std::vector<std::byte>& bytes) {
  const std::string_view mark = word.substr(0, 2);
  const bool is_number = mark == "0x" || mark == "0X";
  if (!is_number && mark != "\\x") {
    const auto pairs = from_hex(word);
    if (pairs) bytes.insert(bytes.end(), pairs->begin(), pairs->end());
    return pairs.has_value();
  }
  while (!word.empty()) {
    if (!word.starts_with(mark)) return false;
    const std::string_view digits = word.substr(2, is_number ? word.npos : 2);
    const auto high = digits.size() == 2 ? hex_digit(digits[0]) : std::optional(0U);
    const auto low = digits.empty() ? std::nullopt : hex_digit(digits.back());
    if (digits.size() > 2 || !high || !low) return false;
    bytes.push_back(static_cast<std::byte>(*high << 4U | *low));
    word.remove_prefix(2 + digits.size());
  }
  return true;
}

}  // namespace

std::optional<std::vector<std::byte>> from_hex_list(std::string_view text) {
  std::vector<std::byte> bytes;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (!append_word(text.substr(0, end), bytes)) return std::nullopt;
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
  }
  return bytes;
}

}  // namespace cttimeout::check
