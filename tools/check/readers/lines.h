// The lines of a text, counted.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace cttimeout::tools::check {

[[nodiscard]] inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t first = std::min(text.find_first_not_of(blanks), text.size());
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Takes one line after the other from the front.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  /// False at the end. The line is line() then, without its newline.
  bool next() {
    if (rest_.empty()) return false;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    line_ = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    ++number_;
    return true;
  }

  [[nodiscard]] std::string_view line() const { return line_; }
  [[nodiscard]] std::size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::string_view line_;
  std::size_t number_ = 0;
};

}  // namespace cttimeout::tools::check
