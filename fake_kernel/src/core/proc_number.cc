// Numbers as files of /proc/sys take them.
#include "core/proc_number.h"

#include <algorithm>
#include <charconv>

namespace cttimeout::fake {

std::optional<ProcNumber> parse_proc_number(std::string_view text) {
  constexpr std::string_view leading_blanks = " \t\n\v\f\r";
  constexpr std::string_view separators = " \t\n";
  constexpr std::size_t longest_number = 20;  // what the kernel's buffer holds
  text.remove_prefix(std::min(text.find_first_not_of(leading_blanks), text.size()));
  ProcNumber number{};
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  number.negative = text.starts_with('-');
  if (number.negative) text.remove_prefix(1);
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text[0] == '0') {
    base = 8;
  }
  const auto [rest, error] = std::from_chars(text.data(), end, number.magnitude, base);
  const bool ended = rest == end || separators.find(*rest) != separators.npos;
  const bool fits = static_cast<std::size_t>(rest - begin) <= longest_number;
  if (error != std::errc() || !ended || !fits) return std::nullopt;
  return number;
}

}  // namespace cttimeout::fake
