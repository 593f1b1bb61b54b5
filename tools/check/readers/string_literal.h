// The bytes that a string literal of C, Go, Rust or Python stands for.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace cttimeout::tools::check {

/// How the language reads escapes, as far as the literal tells.
struct LiteralKind {
  bool is_raw = false;        ///< r"", ``: there are none
  bool is_two_digit = false;  ///< \x is followed by two digits: all but C, which takes any number
  bool has_octal = true;      ///< \12 is octal: all but Rust, whose \0 ends there
};

struct LiteralText {
  std::string text;
  bool has_escapes;
};

/// `body` is what stands between the quotes. Refused, by a sentence: what is no byte, and escapes
/// that the languages read in different ways.
[[nodiscard]] tl::expected<LiteralText, std::string> read_literal(std::string_view body,
                                                                  LiteralKind kind);

}  // namespace cttimeout::tools::check
