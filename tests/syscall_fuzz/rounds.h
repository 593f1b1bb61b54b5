// Rounds: a process that plays a storm or a script at a time, each in a child, and says when.
#pragma once

#include <cstdint>

namespace cttimeout::test {

/// Prints "round" after each one, and goes on when a line can be read; until there is none.
[[nodiscard]] int play_rounds(std::uint64_t seed);

}  // namespace cttimeout::test
