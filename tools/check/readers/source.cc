// Byte literals in source text of C, Go, Rust and Python.
#include <algorithm>
#include <utility>

#include "check/readers/byte_list.h"
#include "check/readers/datagrams.h"
#include "check/readers/hex_text.h"
#include "check/readers/lines.h"
#include "check/readers/plausible.h"
#include "check/readers/source_token.h"
#include "check/readers/text_forms.h"
#include "netlink/message.h"

namespace cttimeout::tools::check {
namespace {

/// A bracket that is open.
struct Frame {
  char bracket;
  std::size_t line;
  Token before;  ///< what stood before the bracket
  ByteList list = {};
  bool has_names = false;
  bool needs_comma = false;
};

/// String literals that are one, as "a" "b" in C and Python and "a" + "b" in Go.
struct Joined {
  std::size_t line;
  std::string text = {};
  bool has_escapes = false;
  bool goes_on = false;  ///< after a plus
  bool is_bare = false;  ///< nothing is declared with it
};

class Reader {
 public:
  explicit Reader(std::string_view text) : tokens_(text) {}

  ReadResult read() {
    while (problem_.empty()) {
      const auto token = tokens_.next();
      if (!token) {
        fail(tokens_.line(), token.error());
        break;
      }
      take(*token);
      if (token->kind == Token::Kind::end) break;
      before_ = *token;
    }
    if (problem_.empty() && !frames_.empty())
      fail(frames_.back().line, "a bracket has no end; copy the text up to it");
    if (problem_.empty()) return datagrams_.take();
    return tl::unexpected(ReadError{.text = problem_, .position = line_, .by_line = true});
  }

 private:
  void fail(std::size_t line, std::string text) {
    if (!problem_.empty()) return;
    problem_ = std::move(text);
    line_ = line;
  }

  void take(const Token& token) {
    const bool is_plus = token.is('+') && joined_;
    if (is_plus) joined_->goes_on = true;
    // A backslash is how Python and macros go on in the next line.
    if (!is_plus && !token.is('\\') && token.kind != Token::Kind::string) finish_string();
    if (closed_) finish_list(token);
    switch (token.kind) {
      case Token::Kind::name:
        return name(token);
      case Token::Kind::number:
        return number(token);
      case Token::Kind::string:
        return string(token);
      case Token::Kind::punctuation:
        return punctuation(token);
      case Token::Kind::end:
        return;
    }
  }

  [[nodiscard]] Frame* frame() { return frames_.empty() ? nullptr : &frames_.back(); }
  [[nodiscard]] bool is_in_list() const { return !frames_.empty() && !frames_.back().list.empty(); }

  /// Python's (1, 2), rather than the arguments of a function.
  static bool is_tuple(const Frame& frame) {
    return frame.before.kind == Token::Kind::punctuation && !frame.before.is(')') &&
           !frame.before.is(']');
  }

  void name(const Token& token) {
    if (is_in_list()) {
      return fail(token.line, "'" + std::string(token.text.substr(0, 20)) +
                                  "' stands in a list of bytes; write its number");
    }
    if (frame() != nullptr) frame()->has_names = true;
    if (frame() == nullptr) declared_name_ = token.text;
  }

  void number(const Token& token) {
    if (frame() == nullptr || (frame()->bracket == '(' && !is_tuple(*frame())))
      return scalar(token);
    if (frame()->has_names) {
      // Rust's [u8; 56]; other numbers beside names are no bytes.
      if (frame()->bracket == '[' && before_.is(';')) return size(token);
      return fail(token.line, "a number stands beside names; leave out what is no datagram");
    }
    if (std::exchange(frame()->needs_comma, true)) {
      return fail(token.line, "numbers without a comma between them; write one behind each");
    }
    const auto value = number_of(token.text);
    if (frame()->bracket == '[' && frame()->list.empty() && value.value_or(0) > 0xff) {
      frame()->has_names = true;  // it can only be a size
      return size(token);
    }
    const auto added = frame()->list.add_number(token.text);
    if (!added) fail(token.line, added.error());
  }

  void size(const Token& token) { declared_size_ = number_of(token.text); }

  /// xxd -i tells the size behind the list.
  void scalar(const Token& token) {
    if (frame() != nullptr && frame()->before.text == "aligned") return;
    const auto value = number_of(token.text);
    if (frame() != nullptr || !before_.is('=') || !value) {
      return fail(token.line, "a number outside of a list of bytes; leave out what is no datagram");
    }
    if (!declared_name_.ends_with("_len") || *value == last_size_) return;
    fail(token.line, std::string(declared_name_) + " is " + std::to_string(*value) +
                         ", but the list has " + std::to_string(last_size_) +
                         " bytes; copy it with every line");
  }

  /// \x is not what C makes of it after b and in single quotes, nor in Go's []byte("...").
  [[nodiscard]] LiteralKind kind_of(const Token& token) const {
    const bool is_bytes = token.prefix.find_first_of("bB") != std::string_view::npos;
    const bool is_go = before_.is('(') && !frames_.empty() && frames_.back().before.text == "byte";
    return {.is_raw = token.quote == '`' || token.prefix.find_first_of("rR") != token.prefix.npos,
            .is_two_digit = is_bytes || token.quote == '\'' || is_go || (joined_ && is_two_digit_),
            .has_octal = !(is_bytes && token.quote == '"')};
  }

  void string(const Token& token) {
    const LiteralKind kind = kind_of(token);
    const auto read = read_literal(token.text, kind);
    if (!read) return fail(token.line, read.error());
    is_two_digit_ = kind.is_two_digit;
    const bool is_character = token.quote == '\'' && read->text.size() == 1 && frame() != nullptr &&
                              frame()->bracket != '(';
    if (is_character) return character(token, read->text.front());
    if (is_in_list())
      return fail(token.line, "a string stands in a list of bytes; write its bytes as numbers");
    if (joined_ && !joined_->goes_on && joined_->is_bare && is_message(joined_->text)) {
      finish_string();
    }
    if (!joined_) joined_ = Joined{.line = token.line, .is_bare = is_bare()};
    joined_->text += read->text;
    joined_->has_escapes = joined_->has_escapes || read->has_escapes;
    joined_->goes_on = false;
  }

  void character(const Token& token, char byte) {
    if (std::exchange(frame()->needs_comma, true)) {
      return fail(token.line, "bytes without a comma between them; write one behind each");
    }
    frame()->list.add_byte(static_cast<std::byte>(byte));
  }

  /// A line of the text, rather than part of a declaration.
  [[nodiscard]] bool is_bare() const {
    return frames_.empty() && !before_.is('=') && before_.kind != Token::Kind::name;
  }

  static bool is_message(std::string_view text) {
    return makes_sense_somehow(std::as_bytes(std::span(text)));
  }

  void finish_string() {
    if (!joined_) return;
    const Joined joined = *std::exchange(joined_, std::nullopt);
    if (joined.has_escapes) {
      const auto bytes = std::as_bytes(std::span(joined.text));
      return datagram({bytes.begin(), bytes.end()}, joined.line);
    }
    std::string digits = joined.text;
    std::ranges::replace(digits, '\n', ' ');
    auto bytes = from_hex_list(digits);
    if (!bytes && looks_like_base64(digits)) return fail(joined.line, std::string(base64_advice));
    if (!bytes) {
      return fail(joined.line,
                  "a string has neither escapes nor hex digits; leave out what is no datagram");
    }
    datagram(*std::move(bytes), joined.line);
  }

  void punctuation(const Token& token) {
    const char mark = token.text.front();
    if (mark == '[' || mark == '{' || mark == '(') return open(token);
    if (mark == ']' || mark == '}' || mark == ')') return close(token);
    if (mark == ';' && frame() == nullptr) declared_size_.reset();
    if (frame() == nullptr || mark == '\\') return;
    if (mark == ',') return static_cast<void>(frame()->needs_comma = false);
    if (is_in_list()) {
      fail(token.line, std::string("'") + mark + "' stands in a list of bytes; write out numbers");
    }
  }

  void open(const Token& token) {
    if (is_in_list()) return fail(token.line, "a bracket stands in a list of bytes; leave it out");
    frames_.push_back({.bracket = token.text.front(), .line = token.line, .before = before_});
  }

  void close(const Token& token) {
    const char opened = token.is(')') ? '(' : token.is(']') ? '[' : '{';
    if (frame() == nullptr || frame()->bracket != opened) {
      return fail(token.line, "a bracket ends that did not begin; copy the text from it on");
    }
    Frame last = std::move(frames_.back());
    frames_.pop_back();
    if (!last.list.empty()) closed_ = std::move(last);
  }

  /// Only what follows the bracket tells whether it held a size: x[56], or Go's [56]byte{...}.
  void finish_list(const Token& next) {
    const Frame last = *std::exchange(closed_, std::nullopt);
    const Token& before = last.before;
    const bool is_size =
        last.bracket == '[' && last.list.bytes().size() == 1 &&
        (before.kind == Token::Kind::name || before.is(']') || next.kind == Token::Kind::name);
    if (is_size) {
      declared_size_ = std::to_integer<std::size_t>(last.list.bytes().front());
      return;
    }
    const std::size_t size = last.list.bytes().size();
    const auto declared = std::exchange(declared_size_, std::nullopt);
    if (declared.value_or(0) >= header_size && *declared != size) {
      return fail(last.line, "the array is declared with " + std::to_string(*declared) +
                                 " bytes, but the list has " + std::to_string(size) +
                                 "; copy it with every line");
    }
    if (last.list.is_hex_without_mark()) {
      return fail(last.line, "the numbers are hex without 0x; write 0x before each");
    }
    datagram(last.list.bytes(), last.line);
  }

  /// So short is hardly one; as plain hex it is read.
  void datagram(std::vector<std::byte> bytes, std::size_t line) {
    if (bytes.size() < header_size) {
      return fail(line, "a literal of " + std::to_string(bytes.size()) +
                            " bytes is no message, which has 16 at least; leave out what is no "
                            "datagram");
    }
    last_size_ = bytes.size();
    datagrams_.add(std::move(bytes), line);
  }

  Tokens tokens_;
  Token before_{.kind = Token::Kind::punctuation, .text = ";", .line = 0};
  std::vector<Frame> frames_;
  std::optional<Frame> closed_;
  std::optional<Joined> joined_;
  bool is_two_digit_ = false;
  std::string_view declared_name_;
  std::optional<std::size_t> declared_size_;
  std::size_t last_size_ = 0;
  Datagrams datagrams_;
  std::string problem_;
  std::size_t line_ = 0;
};

}  // namespace

bool is_source(std::string_view text) {
  for (Lines lines(text); lines.next();) {
    // An attribute of Rust, or a macro of C; else it is a comment.
    const bool is_code = lines.line().starts_with("#[") || lines.line().starts_with("#define ");
    const std::size_t comment = is_code ? std::string_view::npos : lines.line().find('#');
    const std::string_view line = lines.line().substr(0, comment);
    if (line.find_first_of("\"'`{[(") != std::string_view::npos) return true;
  }
  return false;
}

ReadResult read_source(std::string_view text) {
  return Reader(text).read();
}

}  // namespace cttimeout::tools::check
