// Endurance: one fake-kernel serves storm after storm, and keeps no descriptor and no memory.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "run.h"
#include "storm_figures.h"

namespace cttimeout::test {

/// Plays storms and scripts one after the other under one fake-kernel for that long. Returns what
/// is wrong, or nothing; prints a line with its own figures, and adds those of the storms.
[[nodiscard]] std::string endure(const Programs& programs, Where where, std::uint64_t seed,
                                 std::chrono::seconds duration, StormFigures& figures);

}  // namespace cttimeout::test
