// The forms in which people write bytes down, each with a reader of its own.
#pragma once

#include "check/readers/capture.h"

namespace cttimeout::tools::check {

/// A line of the text begins with an offset.
[[nodiscard]] bool is_hex_dump(std::string_view text);
/// What xxd, od, hexdump, tshark -x and tcpdump -x print: offsets, bytes, a column of text that
/// must agree with them. A dump begins at offset 0 and is a datagram; an offset that does not fit,
/// text that does not, and lines that are something else are refused. `*` is as many lines as the
/// next offset says. Words (hexdump, od -x, od) are taken in the byte order in which they are a
/// message, and refused where there is none, or two.
[[nodiscard]] ReadResult read_hex_dump(std::string_view text);

/// The text holds quotes or brackets of any kind outside of comments.
[[nodiscard]] bool is_source(std::string_view text);
/// Literals of C, Go, Rust and Python: lists of numbers, strings with escapes, strings of hex
/// digits. Each is a datagram; what else a text may hold are names and declarations.
[[nodiscard]] ReadResult read_source(std::string_view text);

/// Lines of hex digits, see read_hex().
[[nodiscard]] ReadResult read_hex_lines(std::string_view text);

}  // namespace cttimeout::tools::check
