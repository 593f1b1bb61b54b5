// The words of golden files: each value of an operation or result, to text and back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "netlink/text.h"
#include "support/bytes.h"

namespace cttimeout::test {

/// Words of a line, split at blanks outside of quotes.
[[nodiscard]] std::vector<std::string_view> split(std::string_view line);

using tools::errno_number;
using tools::errno_text;

template <class Number>
[[nodiscard]] std::optional<Number> number_of(std::string_view text);

using tools::in_quotes;
[[nodiscard]] std::optional<std::string> out_of_quotes(std::string_view word);

using tools::bytes_text;
[[nodiscard]] std::optional<Bytes> bytes_of(std::string_view word);

/// "PEEK|TRUNC"; empty for none.
[[nodiscard]] std::string flags_text(int flags);
[[nodiscard]] std::optional<int> flags_of(std::string_view word);

[[nodiscard]] std::string poll_text(short events);
[[nodiscard]] std::optional<short> poll_events(std::string_view word);

}  // namespace cttimeout::test
