// The words of golden files: each value of an operation or result, to text and back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/bytes.h"

namespace cttimeout::test {

/// Words of a line, split at blanks outside of quotes.
[[nodiscard]] std::vector<std::string_view> split(std::string_view line);

[[nodiscard]] std::string errno_text(int error);
/// The errno of that name; nullopt if it is no such name.
[[nodiscard]] std::optional<int> errno_number(std::string_view text);

template <class Number>
[[nodiscard]] std::optional<Number> number_of(std::string_view text);

/// In quotes, with escapes. '>' is escaped too, so that no text can look like the arrow.
[[nodiscard]] std::string in_quotes(std::string_view text);
[[nodiscard]] std::optional<std::string> out_of_quotes(std::string_view word);

/// Hex, or "-" for none.
[[nodiscard]] std::string bytes_text(View bytes);
[[nodiscard]] std::optional<Bytes> bytes_of(std::string_view word);

/// "PEEK|TRUNC"; empty for none.
[[nodiscard]] std::string flags_text(int flags);
[[nodiscard]] std::optional<int> flags_of(std::string_view word);

[[nodiscard]] std::string poll_text(short events);
[[nodiscard]] std::optional<short> poll_events(std::string_view word);

}  // namespace cttimeout::test
