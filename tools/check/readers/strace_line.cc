// One line of a log that strace wrote, without what others put around it.
#include "check/readers/strace_line.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "check/readers/hex_text.h"
#include "check/readers/lines.h"
#include "check/readers/strace_calls.h"
#include "check/readers/strace_value.h"

namespace cttimeout::tools::check {
namespace {

using Kind = StraceLine::Kind;

constexpr std::string_view digits = "0123456789";

bool is_name_byte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
}

/// The number at the start of the text.
std::optional<std::uint64_t> leading_number(std::string_view text) {
  const std::string_view number = text.substr(0, text.find_first_not_of(digits));
  if (number.empty()) return std::nullopt;
  return parse_number(number);
}

/// "26" of "Nov 26": a day, no process.
bool follows_a_month(std::string_view before) {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string_view text = trimmed(before);
  return std::ranges::any_of(months, [&](std::string_view month) { return text.ends_with(month); });
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

/// "454:28896": the number of a line, as grep -n prints it, and a process. No time is so short, but
/// that of some journals behind a day.
bool is_line_and_process(std::string_view token, bool begins_line) {
  constexpr std::size_t hours_and_minutes = 5;
  const std::size_t colon = token.find(':');
  return colon != std::string_view::npos && is_number(token.substr(0, colon)) &&
         is_number(token.substr(colon + 1)) &&
         (begins_line || token.size() != hours_and_minutes || colon != 2);
}

bool is_time(std::string_view token) {
  return !token.empty() && token.find_first_not_of("0123456789:.+-TZ") == std::string_view::npos &&
         token.find_first_of(":.") != std::string_view::npos;
}

/// Takes what may stand between the process and the call from the end of the text: the time, the
/// number of the call, the instruction pointer. False if there is nothing of that.
bool take_ornament(std::string_view& text) {
  if (text.ends_with(']')) {
    text = text.substr(0, std::min(text.rfind('['), text.size() - 1));
    return true;
  }
  const std::size_t open = text.rfind("(+");
  if (text.ends_with(')') && open != std::string_view::npos) {
    text = text.substr(0, open);
    return true;
  }
  const std::size_t blank = text.find_last_of(" \t");
  const std::size_t begin = blank == std::string_view::npos ? 0 : blank + 1;
  const std::string_view token = text.substr(begin);
  if (!is_time(token) || is_line_and_process(token, begin == 0)) return false;
  text = text.substr(0, begin);
  return true;
}

/// "12:34:56" at the end.
bool ends_with_clock(std::string_view token) {
  constexpr std::string_view clock = "00:00:00";
  if (token.size() < clock.size()) return false;
  token.remove_prefix(token.size() - clock.size());
  return std::ranges::equal(token, clock, [](char byte, char wanted) {
    return wanted == ':' ? byte == ':' : byte >= '0' && byte <= '9';
  });
}

/// True if a process can follow what is left of its word: the sign that git diff prints, the place
/// that grep prints ("trace.txt:454:", "454-"), a bar, or the end of a terminal's sequence.
bool can_touch_process(std::string_view before) {
  constexpr std::string_view signs = "+-:|>\a";
  if (signs.find(before.back()) == std::string_view::npos) return false;
  if (before.back() != '-') return true;
  before.remove_suffix(1);
  constexpr std::size_t year_and_month = 7;  // "2026-11"
  const bool is_date = before.size() == year_and_month && before[4] == '-';
  return before.empty() || (digits.find(before.back()) != std::string_view::npos && !is_date);
}

/// The number at the end of a word that begins with something else; 0 if it is no process.
std::uint64_t process_in_word(std::string_view word, std::size_t number) {
  constexpr std::uint64_t largest_process = 1U << 22U;
  if (ends_with_clock(word) || !can_touch_process(word.substr(0, number))) return 0;
  const std::uint64_t process = leading_number(word.substr(number)).value_or(0);
  return process <= largest_process ? process : 0;
}

/// The process that is named in what stands before a call.
std::uint64_t process_of(std::string_view before) {
  constexpr std::string_view bracket = "[pid";
  if (const std::size_t at = before.rfind(bracket); at != std::string_view::npos) {
    return leading_number(trimmed(before.substr(at + bracket.size()))).value_or(0);
  }
  before = trimmed(before);
  while (take_ornament(before)) before = trimmed(before);
  if (before.ends_with('>')) {  // "12<nfct>"
    before = before.substr(0, std::min(before.rfind('<'), before.size()));
  }
  const std::size_t last = before.find_last_not_of(digits);
  const std::size_t begin = last == std::string_view::npos ? 0 : last + 1;
  const std::size_t blank = before.find_last_of(" \t");
  const std::size_t word = blank == std::string_view::npos ? 0 : blank + 1;
  if (begin == before.size()) return 0;
  if (begin != word) return process_in_word(before.substr(word), begin - word);
  if (follows_a_month(before.substr(0, begin))) return 0;
  return leading_number(before.substr(begin)).value_or(0);
}

/// Where the name of a known call begins whose parenthesis opens there; npos if none does. What a
/// program printed may stand right before the longer ones.
std::size_t call_before(std::string_view line, std::size_t parenthesis) {
  std::size_t begin = parenthesis;
  while (begin > 0 && is_name_byte(line[begin - 1])) --begin;
  const std::string_view name = line.substr(begin, parenthesis - begin);
  if (find_call(name) != nullptr) return begin;
  for (const std::string_view ending : {"socket", "sendto", "sendmsg", "recvfrom", "recvmsg"}) {
    if (name.ends_with(ending)) return parenthesis - ending.size();
  }
  return std::string_view::npos;
}

std::size_t find_call_start(std::string_view line) {
  const std::string_view head = line.substr(0, line.find('"'));
  for (std::size_t at = head.find('('); at != std::string_view::npos; at = head.find('(', at + 1)) {
    const std::size_t begin = call_before(head, at);
    if (begin != std::string_view::npos) return begin;
  }
  return std::string_view::npos;
}

/// "  00 ..." behind the offset of a dump, perhaps cut; a time behind a process is none.
bool begins_pairs(std::string_view text) {
  if (!text.starts_with("  ")) return false;
  text = text.substr(2, 3);
  const std::size_t end = std::min(text.find_first_not_of("0123456789abcdef"), text.size());
  return end == text.size() || (end == 2 && text[end] == ' ');
}

/// " | 00010  00 00 ..." anywhere before a quote: what stands after the bar.
std::optional<std::string_view> dump_in(std::string_view line) {
  constexpr std::size_t least_digits = 5;
  const std::string_view head = line.substr(0, line.find('"'));
  for (std::size_t at = head.find("| "); at != std::string_view::npos;
       at = head.find("| ", at + 1)) {
    const std::string_view text = line.substr(at + 2);
    const std::size_t end = std::min(text.find_first_not_of("0123456789abcdef"), text.size());
    if (end >= least_digits && begins_pairs(text.substr(end))) return text;
  }
  return std::nullopt;
}

std::optional<StraceLine> mark_in(std::string_view line) {
  if (const auto text = dump_in(line)) return StraceLine{.kind = Kind::dump, .text = *text};
  const std::string_view head = line.substr(0, line.find('"'));
  if (head.find(" bytes in buffer ") != std::string_view::npos) {
    return StraceLine{.kind = Kind::buffer};
  }
  if (head.find(" buffers in vector ") != std::string_view::npos) {
    return StraceLine{.kind = Kind::vector};
  }
  const auto ended = [&](std::string_view mark, Kind kind) -> std::optional<StraceLine> {
    const std::size_t at = head.find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    return StraceLine{.kind = kind, .process = process_of(head.substr(0, at))};
  };
  if (const auto line_end = ended("+++ exited with", Kind::ended)) return line_end;
  return ended("+++ killed by", Kind::killed);
}

/// "strace: Process 12 attached", perhaps at the end of a call that has not returned.
std::optional<StraceLine> start_in(std::string_view line) {
  constexpr std::string_view mark = "Process ";
  const std::size_t at = line.rfind(mark);
  if (at == std::string_view::npos || !line.ends_with(" attached")) return std::nullopt;
  const auto child = leading_number(line.substr(at + mark.size()));
  if (!child) return std::nullopt;
  StraceLine result{.kind = Kind::started, .child = *child};
  const std::string_view before = line.substr(0, at);
  const std::size_t call = find_call_start(before);
  if (call == std::string_view::npos) return result;
  result.process = process_of(before.substr(0, call));
  result.text = before.substr(call);
  return result;
}

/// How many bytes of the escape sequence at the start are no text. One that should end with a bell
/// or "ESC \\" and does not is dropped as a single byte.
std::size_t sequence_size(std::string_view text) {
  if (text.size() < 2) return text.size();
  if (text[1] == '[') {
    std::size_t end = 2;
    while (end < text.size() && (text[end] < '@' || text[end] > '~')) ++end;
    return std::min(end + 1, text.size());
  }
  if (std::string_view("]_P^").find(text[1]) == std::string_view::npos) return 1;
  const std::size_t end = text.find_first_of("\a\x1b", 2);
  if (end == std::string_view::npos) return 1;
  if (text[end] == '\a') return end + 1;
  return text.substr(end + 1).starts_with('\\') ? end + 2 : 1;
}

/// "recvf", "<... re": the name of a call that receives, or its beginning.
bool begins_receiver(std::string_view word) {
  constexpr std::string_view resumed = "<... ";
  if (resumed.starts_with(word)) return !word.empty();
  if (word.starts_with(resumed)) word.remove_prefix(resumed.size());
  return std::ranges::any_of(call_rows, [&](const CallRow& row) {
    return row.kind == CallKind::receive && row.name.starts_with(word);
  });
}

/// What stands before the last word of a line, and that word with "<... " before it.
std::pair<std::string_view, std::string_view> split_last_word(std::string_view line) {
  const std::size_t blank = line.find_last_of(" \t");
  std::size_t begin = blank == std::string_view::npos ? 0 : blank + 1;
  const std::string_view before = trimmed(line.substr(0, begin));
  constexpr std::string_view resumed = "<...";
  if (before.ends_with(resumed)) begin = before.size() - resumed.size();
  return {trimmed(line.substr(0, begin)), line.substr(begin)};
}

bool is_ornament(std::string_view text) {
  while (take_ornament(text)) text = trimmed(text);
  return text.empty();
}

}  // namespace

std::optional<std::string_view> cut_receiver(std::string_view line) {
  line = trimmed(line);
  const bool is_whole = line.find("+++") != std::string_view::npos ||
                        line.find("---") != std::string_view::npos ||
                        line.find_first_of("(\"") != std::string_view::npos;
  if (is_whole || line.empty()) return std::nullopt;
  auto [before, word] = split_last_word(line);
  const bool is_name = begins_receiver(word);
  if (!is_name && (word.starts_with("<... ") || (word.front() >= 'a' && word.front() <= 'z'))) {
    return std::nullopt;
  }
  if (!is_name) before = line;
  const std::size_t end = std::min(before.find_first_not_of(digits), before.size());
  const bool has_end =
      end == before.size() || std::string_view(" \t<").find(before[end]) != std::string_view::npos;
  if (end != 0 && has_end) return before.substr(0, end);
  const bool is_certain =
      before.empty() ? word.starts_with("recv") : process_of(before) != 0 || is_ornament(before);
  return is_name && is_certain ? std::optional(std::string_view()) : std::nullopt;
}

StraceLine read_strace_line(std::string_view line) {
  line = trimmed(line);
  if (const auto mark = mark_in(line)) return *mark;
  if (const auto start = start_in(line)) return *start;
  constexpr std::string_view resumed = "<... ";
  const std::string_view head = line.substr(0, line.find('"'));
  const std::size_t half = head.find(resumed);
  const std::size_t call = find_call_start(line);
  if (half < call) {
    if (line.find(" resumed>", half) == std::string_view::npos) return {};
    return {.kind = Kind::resumed,
            .process = process_of(line.substr(0, half)),
            .text = line.substr(half)};
  }
  if (call == std::string_view::npos) return {};
  return {
      .kind = Kind::call, .process = process_of(line.substr(0, call)), .text = line.substr(call)};
}

std::string without_colours(std::string_view line) {
  constexpr char escape = '\x1b';
  std::string result;
  while (!line.empty()) {
    const std::size_t text = std::min(line.find(escape), line.size());
    result += line.substr(0, text);
    line.remove_prefix(text);
    line.remove_prefix(sequence_size(line));
  }
  return result;
}

ProcessName process_name(const std::string& file) {
  const std::size_t dot = file.rfind('.');
  const std::string_view number =
      dot == std::string::npos ? "" : std::string_view(file).substr(dot + 1);
  const bool is_number =
      !number.empty() && number.find_first_not_of(digits) == std::string_view::npos;
  if (!is_number) return {.stem = file, .process = 0};
  return {.stem = file.substr(0, dot), .process = leading_number(number).value_or(0)};
}

bool is_json_log(std::string_view content) {
  return content.starts_with("{\"log\":");
}

bool looks_like_strace(std::string_view content) {
  if (is_json_log(content)) return true;
  for (Lines lines(content); lines.next();) {
    const Kind kind = read_strace_line(lines.line()).kind;
    if (kind != Kind::other && kind != Kind::dump) return true;
    const std::string_view line = trimmed(lines.line());
    if (line.ends_with("---") && line.find("--- SIG") != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace cttimeout::tools::check
