// The bytes that a string literal of C, Go, Rust or Python stands for.
#include "check/readers/string_literal.h"

#include <algorithm>

#include "check/readers/hex_text.h"

namespace cttimeout::tools::check {
namespace {

constexpr std::string_view simple_escapes = "ntrabfve\\'\"?";
constexpr std::string_view simple_values = "\n\t\r\a\b\f\v\x1b\\'\"?";

bool is_octal(char byte) {
  return byte >= '0' && byte <= '7';
}

/// Takes a literal's body apart, an escape at a time.
class Reader {
 public:
  Reader(std::string_view body, LiteralKind kind) : rest_(body), kind_(kind) {}

  tl::expected<LiteralText, std::string> read() {
    while (!rest_.empty() && problem_.empty()) {
      const char byte = take();
      if (byte == '\\' && !kind_.is_raw) {
        escape();
      } else if (byte == '\\') {
        problem_ = "a raw string has a backslash, which is no escape there; write it without r";
      } else if (static_cast<unsigned char>(byte) >= 0x80) {
        problem_ = "a string has a character beyond ASCII; write its bytes as \\x escapes";
      } else {
        result_.text += byte;
      }
    }
    if (!problem_.empty()) return tl::unexpected(problem_);
    return result_;
  }

 private:
  char take() {
    const char byte = rest_.front();
    rest_.remove_prefix(1);
    return byte;
  }

  void put(unsigned value) { result_.text += static_cast<char>(value); }

  void escape() {
    if (rest_.empty())
      return static_cast<void>(problem_ = "a string ends in a backslash; copy it to its end");
    result_.has_escapes = true;
    if (is_octal(rest_.front())) return octal();
    const char byte = take();
    if (byte == 'x') return hex();
    if (byte == '\n' || byte == '\r') return continued();
    const std::size_t at = simple_escapes.find(byte);
    if (at == std::string_view::npos) {
      problem_ = "the escape \\" + std::string(1, byte) +
                 " is not one byte in every language; write \\x escapes";
    } else {
      put(static_cast<unsigned char>(simple_values[at]));
    }
  }

  void hex() {
    const auto* const end =
        std::ranges::find_if_not(rest_, [](char digit) { return hex_digit(digit).has_value(); });
    const auto digits = static_cast<std::size_t>(end - rest_.begin());
    if (digits == 0 || (kind_.is_two_digit && digits < 2)) {
      problem_ = "the escape \\x has too few digits; write two";
    } else if (digits > 2 && !kind_.is_two_digit) {
      problem_ = "the escape \\x" + std::string(rest_.substr(0, 3)) +
                 " has two digits in most languages and all of them in C; end the string after "
                 "the second, and begin another one";
    } else {
      const unsigned high = digits >= 2 ? *hex_digit(take()) : 0;
      put(high << 4U | *hex_digit(take()));
    }
  }

  void octal() {
    const bool is_ambiguous =
        !kind_.has_octal && (rest_.front() != '0' || (rest_.size() > 1 && is_octal(rest_[1])));
    if (is_ambiguous) {
      return static_cast<void>(
          problem_ =
              "the escape \\0 before a digit is octal in Python and not in Rust; write \\x00");
    }
    unsigned value = 0;
    for (int digits = 0; digits < 3 && !rest_.empty() && is_octal(rest_.front()); ++digits) {
      value = value * 8 + static_cast<unsigned>(take() - '0');
    }
    if (value > 0xff) problem_ = "an octal escape is more than a byte; write \\x escapes";
    put(value);
  }

  /// The string goes on in the next line.
  void continued() {
    if (!rest_.empty() && rest_.front() == '\n') rest_.remove_prefix(1);
    if (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) {
      problem_ =
          "a string goes on in a line that is indented, which Rust skips and C does not; end it "
          "and begin another one";
    }
  }

  std::string_view rest_;
  LiteralKind kind_;
  LiteralText result_{.text = "", .has_escapes = false};
  std::string problem_;
};

}  // namespace

tl::expected<LiteralText, std::string> read_literal(std::string_view body, LiteralKind kind) {
  return Reader(body, kind).read();
}

}  // namespace cttimeout::tools::check
