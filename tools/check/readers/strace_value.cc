// The values that strace prints: a small recursive parser, bounded in depth.
#include "check/readers/strace_value.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "check/readers/hex_text.h"
#include "check/readers/lines.h"

namespace cttimeout::tools::check {
namespace {

constexpr int deepest = 24;

/// More than the largest datagram takes; a call with more is not understood.
constexpr std::size_t most_values = 1U << 20U;

constexpr std::size_t most_open_names = 64;

/// Where the name that begins with the "<" at the start ends, behind its ">"; npos if it does not.
/// Names can stand in one another: </dev/null<char 1:3>>, <TCP:[127.0.0.1:1->127.0.0.1:2]>.
std::size_t name_end(std::string_view text) {
  constexpr std::size_t longest = 8192;
  const std::size_t limit = std::min(text.size(), longest);
  int depth = 0;
  for (std::size_t at = 0; at < limit; ++at) {
    if (text[at] == '<') ++depth;
    if (text[at] == '>' && text[at - 1] != '-' && --depth == 0) return at + 1;
  }
  return std::string_view::npos;
}

/// strace 4.21 to 5.1 prints no brace behind nfgenmsg: {{len=20, ...}, {nfgen_family=...,
/// res_id=0}.
enum class NfgenEnd : std::uint8_t { brace, last_member };

class Parser {
 public:
  Parser(std::string_view text, NfgenEnd nfgen_end) : rest_(text), nfgen_end_(nfgen_end) {}

  [[nodiscard]] std::string_view rest() const { return rest_; }

  /// Values up to `closing`, which is taken; nullopt if it does not come.
  std::optional<std::vector<Value>> values(char closing, int depth) {
    std::vector<Value> items;
    if (depth > deepest) return std::nullopt;
    while (!take(closing)) {
      if (++count_ > most_values) return std::nullopt;
      auto item = member(depth);
      if (!item) return std::nullopt;
      items.push_back(*std::move(item));
      if (nfgen_end_ == NfgenEnd::last_member && items.back().key == "res_id") return items;
      if (!take(',') && !at(closing)) return std::nullopt;
    }
    return items;
  }

 private:
  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size())); }

  [[nodiscard]] bool at(char byte) {
    skip_blanks();
    return rest_.starts_with(byte);
  }

  bool take(char byte) {
    if (!at(byte)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take_dots() {
    if (!rest_.starts_with("...")) return false;
    rest_.remove_prefix(3);
    return true;
  }

  /// A value with or without a key before it.
  std::optional<Value> member(int depth) {
    skip_blanks();
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
    const std::size_t end = std::min(rest_.find_first_not_of(letters), rest_.size());
    std::string key;
    const std::size_t equals = end + length_size(rest_.substr(end));
    if (end != 0 && equals < rest_.size() && rest_[equals] == '=') {
      key = rest_.substr(0, end);
      rest_.remove_prefix(equals + 1);
    }
    auto result = value(depth);
    if (result) result->key = std::move(key);
    return result;
  }

  /// "msg_name(12)={...}": old releases put the length of a member behind its key.
  static std::size_t length_size(std::string_view text) {
    if (!text.starts_with('(')) return 0;
    const std::size_t end = text.find_first_not_of("0123456789", 1);
    return end != 1 && end != std::string_view::npos && text[end] == ')' ? end + 1 : 0;
  }

  std::optional<Value> value(int depth) {
    if (take('"')) return string();
    const bool list = at('[');
    if (!list && !at('{')) return word();
    rest_.remove_prefix(1);
    auto items = values(list ? ']' : '}', depth + 1);
    if (!items) return std::nullopt;
    Value result{.kind = list ? Value::Kind::list : Value::Kind::structure};
    result.items = *std::move(items);
    result.cut = take_dots();
    // "{...} => {...}": what was passed, and what came back; "[IFLA_X]=1": an element's index.
    if (at('=')) return changed(depth);
    return result;
  }

  /// What stands after "=>" or "=".
  std::optional<Value> changed(int depth) {
    rest_.remove_prefix(rest_.starts_with("=>") ? 2 : 1);
    skip_blanks();
    return depth < deepest ? value(depth + 1) : std::nullopt;
  }

  /// What stands after the opening quote.
  std::optional<Value> string() {
    Value result{.kind = Value::Kind::string};
    while (!rest_.starts_with('"')) {
      const auto byte = character();
      if (!byte) return std::nullopt;
      result.bytes.push_back(*byte);
    }
    rest_.remove_prefix(1);
    result.cut = take_dots();
    return result;
  }

  std::optional<std::byte> character() {
    if (rest_.empty()) return std::nullopt;
    const char first = rest_.front();
    rest_.remove_prefix(1);
    if (first != '\\') return static_cast<std::byte>(first);
    if (rest_.empty()) return std::nullopt;
    if (rest_.front() == 'x') return hex_escape();
    if (rest_.front() >= '0' && rest_.front() <= '7') return octal_escape();
    constexpr std::string_view names = "abtnvfre\"\\";
    constexpr std::string_view bytes = "\a\b\t\n\v\f\r\x1b\"\\";
    const std::size_t which = names.find(rest_.front());
    rest_.remove_prefix(1);
    if (which == std::string_view::npos) return std::nullopt;
    return static_cast<std::byte>(bytes[which]);
  }

  std::optional<std::byte> hex_escape() {
    const auto bytes = from_hex(rest_.substr(1, 2));
    if (!bytes || bytes->size() != 1) return std::nullopt;
    rest_.remove_prefix(3);
    return bytes->front();
  }

  std::optional<std::byte> octal_escape() {
    unsigned value = 0;
    for (int digits = 0; digits < 3 && !rest_.empty(); ++digits) {
      if (rest_.front() < '0' || rest_.front() > '7') break;
      value = value * 8 + static_cast<unsigned>(rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return static_cast<std::byte>(value);
  }

  /// Everything up to what ends a value; what is in brackets belongs to it, comments do not.
  std::optional<Value> word() {
    Value result;
    for (int depth = 0; !rest_.empty();) {
      if (rest_.starts_with("/*")) {
        if (!skip_past("*/")) return std::nullopt;
        continue;
      }
      const char byte = rest_.front();
      if (depth == 0 && std::string_view(",)]}").find(byte) != std::string_view::npos) break;
      if (byte == '(') ++depth;
      if (byte == ')') --depth;
      result.word += rest_.substr(0, width());
      rest_.remove_prefix(width());
    }
    result.word = trimmed(result.word);
    result.cut = result.word == "...";
    return result.word.empty() ? std::nullopt : std::optional(result);
  }

  /// How many bytes of a word to take at once: "<<", "<socket:[651699]>", or one.
  std::size_t width() {
    if (rest_.starts_with("<<")) return 2;
    if (!rest_.starts_with('<') || open_names_ == most_open_names) return 1;
    const std::size_t end = name_end(rest_);
    if (end != std::string_view::npos) return end;
    ++open_names_;
    return 1;
  }

  bool skip_past(std::string_view text) {
    const std::size_t end = rest_.find(text);
    if (end == std::string_view::npos) return false;
    rest_.remove_prefix(end + text.size());
    return true;
  }

  std::string_view rest_;
  NfgenEnd nfgen_end_;
  std::size_t count_ = 0;
  std::size_t open_names_ = 0;  ///< names that do not end; each costs a long look
};

/// The name of a descriptor, of which -xx prints every byte as an escape.
std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto byte =
        text.substr(at).starts_with("\\x") ? from_hex(text.substr(at + 2, 2)) : std::nullopt;
    if (byte && byte->size() == 1) {
      result += static_cast<char>(byte->front());
      at += 4;
    } else {
      result += text[at++];
    }
  }
  return result;
}

/// What stands behind the arguments: "= 56", "= -1 ENOBUFS (No buffer space available)", "= ?".
std::optional<Result> parse_result(std::string_view text) {
  if (!text.starts_with('=')) return std::nullopt;
  text = trimmed(text.substr(1));
  Result result;
  const std::string_view number = text.substr(0, text.find_first_of(" <\r"));
  result.text = trimmed(text.substr(number.size()));
  result.injected = text.find("(INJECTED)") != std::string_view::npos ||
                    text.find(" retval)") != std::string_view::npos;
  if (number == "?") {
    result.returned = false;
    return result;
  }
  const bool is_negative = number.starts_with('-');
  const auto value = parse_number(number.substr(is_negative ? 1 : 0));
  if (!value) return std::nullopt;
  constexpr auto largest = std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  result.value = static_cast<std::int64_t>(std::min(*value, largest)) * (is_negative ? -1 : 1);
  if (is_negative) result.error = result.text.substr(0, result.text.find(' '));
  return result;
}

std::optional<Call> parse_call_with(std::string_view text, NfgenEnd nfgen_end) {
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos) return std::nullopt;
  Call call{.name = text.substr(0, open), .arguments = {}, .result = {}};
  Parser parser(text.substr(open + 1), nfgen_end);
  auto arguments = parser.values(')', 0);
  if (!arguments) return std::nullopt;
  call.arguments = *std::move(arguments);
  const auto result = parse_result(trimmed(parser.rest()));
  if (!result) return std::nullopt;
  call.result = *result;
  return call;
}

}  // namespace

const Value* Value::find(std::string_view wanted) const {
  if (kind != Kind::structure) return nullptr;
  const auto found = std::ranges::find(items, wanted, &Value::key);
  return found == items.end() ? nullptr : &*found;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text.starts_with('0')) {
    base = 8;
  }
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value, base);
  if (stop != end || failure != std::errc()) return std::nullopt;
  return value;
}

std::optional<Call> parse_call(std::string_view text) {
  auto call = parse_call_with(text, NfgenEnd::brace);
  if (call || text.find("{nfgen_family=") == std::string_view::npos) return call;
  return parse_call_with(text, NfgenEnd::last_member);
}

std::optional<DescriptorText> parse_descriptor(std::string_view text) {
  text = trimmed(text);
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz_";
  const std::size_t key = text.find_first_not_of(letters);  // "fd=3", as -N prints it
  if (key != 0 && key != std::string_view::npos && text[key] == '=') text.remove_prefix(key + 1);
  const std::size_t end = std::min(text.find_first_not_of("0123456789abcdefx"), text.size());
  const auto number = parse_number(text.substr(0, end));
  if (!number) return std::nullopt;
  DescriptorText result{.number = *number};
  text.remove_prefix(end);
  const std::size_t close = text.starts_with('<') ? name_end(text) : std::string_view::npos;
  if (close != std::string_view::npos) result.name = unescaped(text.substr(1, close - 2));
  return result;
}

}  // namespace cttimeout::tools::check
