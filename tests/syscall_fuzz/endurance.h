// Endurance: one fake-kernel serves storm after storm, and keeps no descriptor and no memory.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "run.h"

namespace cttimeout::test {

/// Plays storms and scripts one after the other under one fake-kernel for that long. Returns what
/// is wrong, or nothing; prints a line with the figures.
[[nodiscard]] std::string endure(const Programs& programs, Where where, std::uint64_t seed,
                                 std::chrono::seconds duration);

}  // namespace cttimeout::test
