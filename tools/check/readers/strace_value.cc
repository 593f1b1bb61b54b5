// The values that strace prints: a small recursive parser, bounded in depth.
#include "check/readers/strace_value.h"

#include <algorithm>
#include <charconv>

#include "check/readers/hex_text.h"
#include "check/readers/lines.h"

namespace cttimeout::check {
namespace {

constexpr int deepest = 16;

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  [[nodiscard]] std::string_view rest() const { return rest_; }

  /// Values up to `closing`, which is taken; nullopt if it does not come.
  std::optional<std::vector<Value>> values(char closing, int depth) {
    std::vector<Value> items;
    if (depth > deepest) return std::nullopt;
    while (!take(closing)) {
      auto item = member(depth);
      if (!item) return std::nullopt;
      items.push_back(*std::move(item));
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
    const std::size_t end = rest_.find_first_not_of(letters);
    std::string key;
    if (end != 0 && end != std::string_view::npos && rest_[end] == '=') {
      key = rest_.substr(0, end);
      rest_.remove_prefix(end + 1);
    }
    auto result = value(depth);
    if (result) result->key = std::move(key);
    return result;
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
    // "{...} => {...}" and "[12 => 8]": what was passed, and what came back.
    if (at('=')) return changed(depth);
    return result;
  }

  /// What stands after "=>".
  std::optional<Value> changed(int depth) {
    if (!rest_.starts_with("=>")) return std::nullopt;
    rest_.remove_prefix(2);
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
  [[nodiscard]] std::size_t width() const {
    if (rest_.starts_with("<<")) return 2;
    const std::size_t end = rest_.find('>');
    return rest_.starts_with('<') && end != std::string_view::npos ? end + 1 : 1;
  }

  bool skip_past(std::string_view text) {
    const std::size_t end = rest_.find(text);
    if (end == std::string_view::npos) return false;
    rest_.remove_prefix(end + text.size());
    return true;
  }

  std::string_view rest_;
};

}  // namespace

const Value* Value::find(std::string_view wanted) const {
  if (kind != Kind::structure) return nullptr;
  const auto found = std::ranges::find(items, wanted, &Value::key);
  return found == items.end() ? nullptr : &*found;
}

bool Value::is_cut() const {
  return cut || std::ranges::any_of(items, &Value::is_cut);
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
  const std::size_t open = text.find('(');
  if (open == std::string_view::npos) return std::nullopt;
  Call call{.name = text.substr(0, open), .arguments = {}, .error = {}};
  Parser parser(text.substr(open + 1));
  auto arguments = parser.values(')', 0);
  if (!arguments) return std::nullopt;
  call.arguments = *std::move(arguments);
  std::string_view rest = trimmed(parser.rest());
  if (!rest.starts_with('=')) return std::nullopt;
  rest = trimmed(rest.substr(1));
  const std::string_view result = rest.substr(0, rest.find_first_of(" <"));
  const auto [stop, failure] =
      std::from_chars(result.data(), result.data() + result.size(), call.result);
  if (failure != std::errc() || stop != result.data() + result.size()) return std::nullopt;
  rest = trimmed(rest.substr(result.size()));
  if (call.result < 0) call.error = rest.substr(0, rest.find(' '));
  return call;
}

}  // namespace cttimeout::check
