// The kernel's clock: it counts ticks (jiffies), and moves only when it is told.

#include "core/clock.h"

#include <algorithm>
#include <limits>

namespace cttimeout::fake {

void Clock::advance(std::chrono::milliseconds time) {
  constexpr std::uint64_t in_a_second = 1000;
  const auto milliseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0));
  const std::uint64_t rest = rest_ + milliseconds % in_a_second * hz_;
  const std::uint64_t seconds = milliseconds / in_a_second;
  const std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
  const bool endless = time == std::chrono::milliseconds::max();
  if (endless || seconds > (largest - ticks_ - rest / in_a_second) / hz_) {
    ticks_ = largest;
    rest_ = 0;
    return;
  }
  ticks_ += seconds * hz_ + rest / in_a_second;
  rest_ = rest % in_a_second;
}

}  // namespace cttimeout::fake
