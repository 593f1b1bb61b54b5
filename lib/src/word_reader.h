// Cuts a line of text into its words: the only place that knows blanks and undoes quotes.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "words.h"

namespace cttimeout {

/// Takes one word after the other from the front of a line. The line must outlive the reader.
class WordReader {
 public:
  explicit WordReader(std::string_view line) : rest_(line) { skip_blanks(); }

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool at_quote() const { return rest_.starts_with('"'); }

  /// Everything up to the next blank; empty at the end of the line.
  std::string_view word() {
    const std::string_view result = rest_.substr(0, rest_.find_first_of(blanks));
    rest_.remove_prefix(result.size());
    skip_blanks();
    return result;
  }

  /// A text in quotes, with its escapes undone; nullopt if it is not well formed, or if something
  /// other than a blank follows.
  std::optional<std::string> quoted_word() {
    std::string result;
    rest_.remove_prefix(1);
    while (!rest_.empty() && !at_quote()) {
      const std::optional<char> byte = quoted_byte();
      if (!byte) return std::nullopt;
      result += *byte;
    }
    if (rest_.empty()) return std::nullopt;
    rest_.remove_prefix(1);
    if (!rest_.empty() && blanks.find(rest_.front()) == std::string_view::npos) return std::nullopt;
    skip_blanks();
    return result;
  }

 private:
  static constexpr std::string_view blanks = " \t";

  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
  }

  std::optional<char> quoted_byte() {
    const char byte = rest_.front();
    rest_.remove_prefix(1);
    if (byte != '\\') return is_graphic(byte) || byte == ' ' ? std::optional(byte) : std::nullopt;
    if (rest_.starts_with('"') || rest_.starts_with('\\')) {
      const char escaped = rest_.front();
      rest_.remove_prefix(1);
      return escaped;
    }
    return rest_.starts_with('x') ? hex_byte() : std::nullopt;
  }

  std::optional<char> hex_byte() {
    const std::string_view digits = rest_.substr(1, 2);
    std::uint8_t value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, failure] = std::from_chars(digits.data(), end, value, 16);
    if (digits.size() != 2 || failure != std::errc() || stop != end) return std::nullopt;
    rest_.remove_prefix(3);
    return static_cast<char>(value);
  }

  std::string_view rest_;
};

}  // namespace cttimeout
