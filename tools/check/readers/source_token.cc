// Source text of C, Go, Rust or Python, as far as byte literals need it: its tokens.
#include "check/readers/source_token.h"

#include <algorithm>
#include <array>

namespace cttimeout::tools::check {
namespace {

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

bool is_word(char byte) {
  return is_digit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         byte == '_';
}

bool is_quote(char byte) {
  return byte == '"' || byte == '\'' || byte == '`';
}

std::size_t count_word(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_word) - text.begin());
}

bool is_prefix(std::string_view word) {
  constexpr std::array<std::string_view, 13> prefixes{"b",  "B",  "r",  "R",  "br", "bR", "Br",
                                                      "BR", "rb", "Rb", "rB", "RB", "u8"};
  return std::ranges::find(prefixes, word) != prefixes.end();
}

}  // namespace

std::string_view Tokens::take(std::size_t size) {
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(taken.size());
  line_ += static_cast<std::size_t>(std::ranges::count(taken, '\n'));
  const std::size_t last = taken.find_last_not_of(" \t\r\n");
  if (last != std::string_view::npos) before_ = taken[last];
  return taken;
}

bool Tokens::skip_comment() {
  if (rest_.starts_with("/*")) {
    take(std::min(rest_.find("*/", 2), rest_.size()));
    take(2);
    return true;
  }
  if (rest_.starts_with("#define")) {
    problem_ = "a macro; declare the bytes as an array";
    return false;
  }
  if (rest_.starts_with("#[") || rest_.starts_with("#![")) {  // an attribute of Rust
    take(std::min(rest_.find(']'), rest_.size()));
    take(1);
    return true;
  }
  if (!rest_.starts_with("//") && !rest_.starts_with('#')) return false;
  take(std::min(rest_.find('\n'), rest_.size()));
  return true;
}

bool Tokens::skip_lifetime() {
  if (!rest_.starts_with('\'') || (before_ != '&' && before_ != '<')) return false;
  const std::size_t size = count_word(rest_.substr(1));
  if (size == 0 || rest_.substr(1 + size).starts_with('\'')) return false;
  take(1 + size);
  return true;
}

Tokens::Result Tokens::next() {
  for (;;) {
    take(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
    const char before = before_;
    if (!skip_comment() && !skip_lifetime()) break;
    before_ = before;
  }
  if (!problem_.empty()) return tl::unexpected(problem_);
  if (rest_.empty()) return Token{.kind = Token::Kind::end, .text = {}, .line = line_};
  if (is_quote(rest_.front())) return string({});
  if (is_word(rest_.front())) return word();
  return Token{.kind = Token::Kind::punctuation, .text = take(1), .line = line_};
}

Tokens::Result Tokens::word() {
  const bool is_number = is_digit(rest_.front());
  const std::string_view text = take(count_word(rest_));
  if (!is_number && is_prefix(text) && !rest_.empty()) {
    if (is_quote(rest_.front())) return string(text);
    if (rest_.front() == '#')
      return tl::unexpected<std::string>("a raw string with #; write it without");
  }
  return Token{
      .kind = is_number ? Token::Kind::number : Token::Kind::name, .text = text, .line = line_};
}

Tokens::Result Tokens::string(std::string_view prefix) {
  const std::size_t line = line_;
  const char quote = take(1).front();
  if (rest_.size() >= 2 && rest_[0] == quote && rest_[1] == quote) {
    return tl::unexpected<std::string>("a string of three quotes; write it with one");
  }
  const bool has_escapes = quote != '`';
  std::size_t size = 0;
  while (size < rest_.size() && rest_[size] != quote) {
    size += has_escapes && rest_[size] == '\\' ? 2 : 1;
  }
  if (size >= rest_.size())
    return tl::unexpected<std::string>("the string has no end; copy the text up to it");
  const std::string_view text = take(size);
  take(1);
  return Token{
      .kind = Token::Kind::string, .text = text, .line = line, .quote = quote, .prefix = prefix};
}

}  // namespace cttimeout::tools::check
