// One line of a hex dump: its offset, its bytes, and the text that they stand for.
#include "check/readers/dump_line.h"

#include <algorithm>
#include <charconv>

#include "check/readers/datagrams.h"
#include "check/readers/hex_text.h"
#include "check/readers/lines.h"

namespace cttimeout::tools::check {
namespace {

constexpr std::size_t shortest_offset = 4;
constexpr std::size_t odd_offset = 7;       // od and hexdump: never pairs
constexpr std::size_t address_offset = 6;   // od -Ax
constexpr std::size_t longest_line = 4096;  // tools print at most 256 bytes a line

std::size_t count_hex(std::string_view text) {
  const auto* const end =
      std::ranges::find_if_not(text, [](char c) { return hex_digit(c).has_value(); });
  return static_cast<std::size_t>(end - text.begin());
}

bool is_blank(char byte) {
  return byte == ' ' || byte == '\t';
}

std::size_t count_blanks(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_blank) - text.begin());
}

std::string_view first_word(std::string_view text) {
  return text.substr(0, std::min(text.find_first_of(" \t"), text.size()));
}

/// Without a colon an offset is what cannot be bytes: seven digits, or groups of another size
/// follow, and two blanks or a zero set it apart from them.
bool is_bare_offset(std::string_view digits, std::string_view rest) {
  const std::size_t blanks = count_blanks(rest);
  const std::string_view next = first_word(rest.substr(blanks));
  if (count_hex(next) != next.size()) return false;
  if (digits.size() == odd_offset) return true;
  if (digits.size() == address_offset && !next.empty()) {
    return next.size() % 2 == 0 && next.size() != digits.size();
  }
  return next.size() == 2 &&
         (blanks >= 2 || digits.find_first_not_of('0') == std::string_view::npos);
}

/// The byte as dumps show it: itself, or a dot.
bool shows(char shown, std::byte byte) {
  const auto value = std::to_integer<unsigned char>(byte);
  const bool is_visible = value > ' ' && value < 0x7f;
  return static_cast<unsigned char>(shown) == value ? is_visible || value == ' '
                                                    : shown == '.' && !is_visible;
}

/// Blanks at the end of a line are easily lost.
bool shows_all(std::string_view text, const std::vector<std::byte>& bytes) {
  if (text.size() > bytes.size()) return false;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (!shows(at < text.size() ? text[at] : ' ', bytes[at])) return false;
  }
  return true;
}

/// What follows the bytes is their text: "  web.", "  |web.|" or "  >web.<".
bool is_text_of(std::string_view rest, const std::vector<std::byte>& bytes) {
  const std::size_t blanks = count_blanks(rest);
  const std::string_view shown = trimmed(rest);
  if (shown.size() >= 2 && blanks > 0 &&
      ((shown.front() == '|' && shown.back() == '|') ||
       (shown.front() == '>' && shown.back() == '<')) &&
      shows_all(shown.substr(1, shown.size() - 2), bytes)) {
    return true;
  }
  const std::size_t earliest =
      std::max<std::size_t>(2, rest.size() - std::min(rest.size(), bytes.size()));
  for (std::size_t begin = blanks; begin >= earliest; --begin) {
    if (shows_all(rest.substr(begin), bytes)) return true;
  }
  return false;
}

/// The bytes of each group in the order of a little-endian word.
std::vector<std::byte> with_groups_reversed(std::vector<std::byte> bytes, std::size_t group) {
  for (std::size_t at = 0; at < bytes.size(); at += group) {
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    std::reverse(begin,
                 bytes.begin() + static_cast<std::ptrdiff_t>(std::min(at + group, bytes.size())));
  }
  return bytes;
}

std::string why_not(std::string_view body, const DumpBytes& so_far, std::string_view rest) {
  const std::string_view word = first_word(trimmed(body));
  if (word.size() == 8 && word.find_first_not_of("01") == std::string_view::npos) {
    return "these are bits (xxd -b); print bytes with plain `xxd`";
  }
  const bool is_words =
      so_far.group > 2 && is_text_of(rest, with_groups_reversed(so_far.bytes, so_far.group / 2));
  if (is_words) return "these are little-endian words (xxd -e); print bytes with plain `xxd`";
  return "expected pairs of hex digits, and then nothing or the text that they stand for, found '" +
         std::string(trimmed(rest).substr(0, 20)) + "'; print it with `xxd` or `hexdump -C`";
}

}  // namespace

std::optional<std::size_t> DumpLine::value(unsigned base) const {
  const bool is_of_od = !is_marked && offset.size() == odd_offset;
  if ((base == 8 && !is_of_od) || (base == 10 && !is_of_od && !is_marked)) return std::nullopt;
  std::size_t number = 0;
  const auto [end, failure] =
      std::from_chars(offset.data(), offset.data() + offset.size(), number, static_cast<int>(base));
  if (failure != std::errc() || end != offset.data() + offset.size()) return std::nullopt;
  return number;
}

bool DumpLine::has_words() const {
  return !is_marked && (offset.size() == odd_offset || offset.size() == address_offset) &&
         first_word(body).size() > 2;
}

std::optional<DumpLine> end_of_dump(std::string_view line) {
  const std::string_view digits = trimmed(line);
  if (digits.size() < shortest_offset || count_hex(digits) != digits.size()) return std::nullopt;
  return DumpLine{.offset = digits, .is_marked = false, .is_packet = false, .body = {}};
}

std::optional<DumpLine> split_dump_line(std::string_view line) {
  line.remove_prefix(count_blanks(line));
  const bool is_packet = line.starts_with("0x");
  if (is_packet) line.remove_prefix(2);
  const std::string_view digits = line.substr(0, count_hex(line));
  std::string_view rest = line.substr(digits.size());
  if (digits.size() < shortest_offset) return std::nullopt;
  const bool is_marked = rest.starts_with(':') && (rest.size() == 1 || is_blank(rest[1]));
  if (is_marked) rest.remove_prefix(1);
  if (!rest.empty() && !is_blank(rest.front())) return std::nullopt;
  if (!is_marked && (is_packet || !is_bare_offset(digits, rest))) return std::nullopt;
  const DumpLine offset{.offset = digits, .is_marked = false, .is_packet = false, .body = {}};
  if (!is_marked && offset.value(16).value_or(largest_datagram) >= largest_datagram) {
    return std::nullopt;
  }
  // The blanks stay before a column of text that follows no bytes.
  const bool is_empty = trimmed(rest).empty();
  return DumpLine{.offset = digits,
                  .is_marked = is_marked,
                  .is_packet = is_packet,
                  .body = is_empty ? std::string_view() : rest.substr(count_blanks(rest))};
}

tl::expected<DumpBytes, std::string> read_dump_bytes(std::string_view body) {
  DumpBytes result{.bytes = {}, .group = first_word(body).size(), .has_text = false};
  std::optional<DumpBytes> with_text;
  std::string_view rest = body;
  while (!trimmed(rest).empty()) {
    const std::string_view next = rest.substr(count_blanks(rest));
    const std::string_view group = first_word(next);
    const auto bytes = from_hex(group);
    if (!bytes || group.size() > result.group || body.size() > longest_line) break;
    result.bytes.insert(result.bytes.end(), bytes->begin(), bytes->end());
    rest = next.substr(group.size());
    if (!trimmed(rest).empty() && is_text_of(rest, result.bytes)) {
      with_text = result;
      with_text->has_text = true;
    }
  }
  if (with_text) return *with_text;
  if (trimmed(rest).empty() && !result.bytes.empty()) return result;
  return tl::unexpected(why_not(body, result, rest));
}

tl::expected<DumpWords, std::string> read_dump_words(std::string_view body) {
  const std::size_t digits = first_word(body).size();
  const bool is_octal = digits == 6;
  DumpWords result{.words = {}, .size = is_octal ? 2 : digits / 2};
  for (std::string_view rest = trimmed(body); !rest.empty();) {
    const std::string_view word = first_word(rest);
    std::uint64_t number = 0;
    const auto [end, failure] =
        std::from_chars(word.data(), word.data() + word.size(), number, is_octal ? 8 : 16);
    const bool is_size = digits == 4 || digits == 6 || digits == 8 || digits == 16;
    if (!is_size || word.size() != digits || failure != std::errc() ||
        end != word.data() + word.size() || (is_octal && number > 0xffff) ||
        body.size() > longest_line) {
      return tl::unexpected("expected bytes as pairs of hex digits, found '" + std::string(word) +
                            "'; print them with `od -v -tx1` or `hexdump -C`");
    }
    result.words.push_back(number);
    rest = rest.substr(word.size());
    rest.remove_prefix(count_blanks(rest));
  }
  return result;
}

}  // namespace cttimeout::tools::check
