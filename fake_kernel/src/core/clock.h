// The kernel's clock: it counts ticks (jiffies), and moves only when it is told.
#pragma once

#include <chrono>
#include <cstdint>

namespace cttimeout::fake {

class Clock {
 public:
  /// `hz`: ticks per second, at least 1.
  explicit Clock(std::uint32_t hz) : hz_(hz) {}

  /// Ticks since the beginning.
  [[nodiscard]] std::uint64_t ticks() const { return ticks_; }
  /// Moves by `time`; what is less than a tick counts at the next move. Time below 0 is none, an
  /// endless one, milliseconds::max(), moves it to its largest value, where it stays.
  void advance(std::chrono::milliseconds time);

 private:
  std::uint32_t hz_;
  std::uint64_t ticks_ = 0;
  std::uint64_t rest_ = 0;  // of a tick, in thousandths
};

}  // namespace cttimeout::fake
