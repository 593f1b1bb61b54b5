// Storm: threads, signals and children at once; what must hold all the same is checked.
#pragma once

#include <cstdint>

namespace cttimeout::test {

/// Plays the storm of that seed, prints what is wrong and, in the end, a line of figures. The exit
/// status: 0, or 1 if anything was wrong.
[[nodiscard]] int play_storm(std::uint64_t seed);

}  // namespace cttimeout::test
