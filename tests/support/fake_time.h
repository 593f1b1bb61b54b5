// How far the clock of a FakeKernel has come.
#pragma once

#include <chrono>
#include <limits>

#include "cttimeout/fake_kernel.h"

namespace cttimeout::test {

/// Since the FakeKernel began; milliseconds::max() after an endless wait.
inline std::chrono::milliseconds fake_time(const FakeKernel& kernel) {
  const std::uint64_t ticks = kernel.ticks();
  if (ticks == std::numeric_limits<std::uint64_t>::max()) return std::chrono::milliseconds::max();
  return std::chrono::milliseconds(ticks * 1000 / kernel.profile().hz);
}

}  // namespace cttimeout::test
