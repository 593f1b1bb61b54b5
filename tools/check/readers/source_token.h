// Source text of C, Go, Rust or Python, as far as byte literals need it: its tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "check/readers/string_literal.h"

namespace cttimeout::tools::check {

struct Token {
  enum class Kind : std::uint8_t { name, number, string, punctuation, end };

  Kind kind;
  std::string_view text;  ///< of a string, what stands between its quotes
  std::size_t line;       ///< where it begins, from 1
  char quote = '\0';
  std::string_view prefix = {};  ///< of a string: b, r, br, u8, ...

  [[nodiscard]] bool is(char punctuation) const {
    return kind == Kind::punctuation && text.front() == punctuation;
  }
};

/// Gives one token after the other; comments, lifetimes and attributes of Rust, and #include are
/// none.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : rest_(text) {}

  /// An error is a sentence about the line that line() says.
  [[nodiscard]] tl::expected<Token, std::string> next();
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  using Result = tl::expected<Token, std::string>;

  /// Counts the lines that it passes.
  std::string_view take(std::size_t size);
  /// False if there is none.
  bool skip_comment();
  bool skip_lifetime();
  Result word();
  Result string(std::string_view prefix);

  std::string_view rest_;
  std::size_t line_ = 1;
  char before_ = '\0';  ///< the last character that was no blank
  std::string problem_;
};

}  // namespace cttimeout::tools::check
