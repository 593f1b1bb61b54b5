// A list of numbers in source text that may be the bytes of a datagram.
#include "check/readers/byte_list.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "check/readers/hex_text.h"
#include "check/readers/plausible.h"

namespace cttimeout::tools::check {
namespace {

struct Mark {
  std::string_view text;
  int base;
};
constexpr std::array marks{Mark{"0x", 16}, Mark{"0X", 16}, Mark{"0b", 2},
                           Mark{"0B", 2},  Mark{"0o", 8},  Mark{"0O", 8}};
constexpr std::array<std::string_view, 7> suffixes{"_u8", "u8", "UL", "U", "u", "L", "l"};

}  // namespace

std::optional<std::size_t> number_of(std::string_view text) {
  for (const std::string_view suffix : suffixes) {
    if (!text.ends_with(suffix)) continue;
    text.remove_suffix(suffix.size());
    break;
  }
  int base = 10;
  for (const Mark& mark : marks) {
    if (text.starts_with(mark.text)) base = mark.base;
  }
  if (base == 10 && text.size() > 1 && text.front() == '0') return std::nullopt;
  if (base != 10) text.remove_prefix(2);
  std::size_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

tl::expected<void, std::string> ByteList::add_number(std::string_view text) {
  const auto value = number_of(text);
  const std::string quoted = "'" + std::string(text.substr(0, 20)) + "'";
  const bool is_all_digits =
      std::ranges::all_of(text, [](char c) { return hex_digit(c).has_value(); });
  if (!value && text.front() == '0' && is_all_digits) {
    return tl::unexpected(quoted +
                          " is octal in C and decimal in Rust; write it as hex, with 0x before it");
  }
  if (!value || *value > 0xff)
    return tl::unexpected(quoted + " is not the number of a byte; write 0 to 255, or 0x00 to 0xff");
  if (text.starts_with("0x") || text.starts_with("0X")) has_marks_ = true;
  bytes_.push_back(static_cast<std::byte>(*value));
  const auto digits = from_hex(text.size() == 1 ? "0" + std::string(text) : std::string(text));
  as_hex_.push_back(digits && digits->size() == 1 ? digits->front() : std::byte{0xff});
  return {};
}

void ByteList::add_byte(std::byte byte) {
  has_marks_ = true;
  bytes_.push_back(byte);
}

bool ByteList::is_hex_without_mark() const {
  return !has_marks_ && !is_whole(bytes_) && is_whole(as_hex_);
}

}  // namespace cttimeout::tools::check
