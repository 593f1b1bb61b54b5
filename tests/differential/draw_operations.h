// Sequences of operations drawn from a seed: the same seed, the same sequence.
#pragma once

#include <cstdint>

#include "operation.h"

namespace cttimeout::test {

/// About `count` operations on one namespace. `rules` allows rules that refer to policies, which
/// cost a command each on the real kernel.
[[nodiscard]] Operations draw_operations(std::uint64_t seed, std::size_t count, bool rules);

}  // namespace cttimeout::test
