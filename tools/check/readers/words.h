// Numbers of several bytes in place of bytes, as hexdump and od print them by default.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "check/readers/dump_line.h"

namespace cttimeout::tools::check {

/// The first `size` bytes of the words, in the byte order in which they are a message about timeout
/// policies; nullopt if they are one in none, or in both.
[[nodiscard]] std::optional<std::vector<std::byte>> bytes_of(const DumpWords& words,
                                                             std::size_t size);

/// What was read as bytes is no such message, but is one as words of as many hex digits.
[[nodiscard]] bool are_words(const std::vector<std::byte>& bytes, std::size_t digits);

/// Why such words are refused, and what to do.
[[nodiscard]] std::string words_advice(std::size_t size);

}  // namespace cttimeout::tools::check
