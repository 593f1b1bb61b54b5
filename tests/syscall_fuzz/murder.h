// Kills fake-kernel, its guard or the program at a random moment of a storm: nobody may be left.
#pragma once

#include <cstdint>
#include <string>

#include "run.h"

namespace cttimeout::test {

/// Returns what is wrong, or nothing.
[[nodiscard]] std::string kill_at_random(const Programs& programs, Where where, std::uint64_t seed);

}  // namespace cttimeout::test
