// Patience: ends a thread's wait for something that does not come.
#pragma once

#include <chrono>
#include <ctime>

namespace cttimeout::test {

/// Of the thread that makes it: a signal, whose handler restarts no call, interrupts it again and
/// again once a wait has taken too long.
class Patience {
 public:
  Patience();
  ~Patience();
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

  void begin_wait();
  void end_wait();
  /// Whether the wait has taken too long.
  [[nodiscard]] bool is_over() const { return std::chrono::steady_clock::now() >= end_; }

 private:
  timer_t timer_{};
  std::chrono::steady_clock::time_point end_;
};

}  // namespace cttimeout::test
