// Hex digits to bytes, as the readers need them.
#include "check/readers/hex_text.h"

#include <algorithm>
#include <cctype>

namespace cttimeout::tools::check {
namespace {

constexpr std::string_view separators = " \t,:-;|";
constexpr std::size_t shortest_message = 32;  // in digits; fewer may be a number of several bytes

/// "04h", with a zero before it if it would begin with a letter, as assemblers want it.
std::optional<std::byte> from_assembler(std::string_view word) {
  if (!word.ends_with('h') && !word.ends_with('H')) return std::nullopt;
  word.remove_suffix(1);
  if (word.size() == 3 && word.starts_with('0')) word.remove_prefix(1);
  const auto bytes = from_hex(word);
  return bytes && bytes->size() == 1 ? std::optional(bytes->front()) : std::nullopt;
}

/// "0x4", "\x04\x05", "04h", "0405", or a whole message after one 0x.
bool append_word(std::string_view word, std::vector<std::byte>& bytes) {
  if (const auto byte = from_assembler(word)) {
    bytes.push_back(*byte);
    return true;
  }
  const std::string_view mark = word.substr(0, 2);
  const bool is_number = mark == "0x" || mark == "0X";
  const bool is_whole = is_number && word.size() >= mark.size() + shortest_message;
  if (is_whole) word.remove_prefix(mark.size());
  if (is_whole || (!is_number && mark != "\\x")) {
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
  if (text.ends_with('|')) return std::nullopt;  // a column of text stands between bars
  std::vector<std::byte> bytes;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (!append_word(text.substr(0, end), bytes)) return std::nullopt;
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
  }
  return bytes;
}

bool looks_like_base64(std::string_view text) {
  constexpr std::size_t shortest = 24;  // of 16 bytes
  const std::string_view letters = text.substr(0, text.find('='));
  const auto is_other = [](char letter) { return !hex_digit(letter); };
  const auto* const other = std::ranges::find_if(text, is_other);
  const bool has_two = std::any_of(
      other, text.end(), [&](char letter) { return is_other(letter) && letter != *other; });
  return has_two && text.size() >= shortest && text.size() % 4 == 0 &&
         text.size() - letters.size() <= 2 &&
         std::ranges::all_of(letters, [](unsigned char letter) {
           return std::isalnum(letter) != 0 || letter == '+' || letter == '/';
         });
}

}  // namespace cttimeout::tools::check
