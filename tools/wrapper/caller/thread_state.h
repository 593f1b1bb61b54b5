// ThreadState: whether a signal may be taking a thread out of its call right now.
#pragma once

#include <sys/types.h>

#include <chrono>

#include "caller/descriptor.h"

namespace cttimeout::wrapper {

/// Read in /proc/THREAD/stat, which takes some 3 us; not at all for programs that handle no
/// signals.
class ThreadState {
 public:
  using Clock = std::chrono::steady_clock;

  /// Whether its process has a handler for any signal; as it was at most 1 ms ago.
  [[nodiscard]] bool handles_signals(pid_t thread, Clock::time_point now);
  /// Whether it sleeps, as one does that waits for its call: a signal would have woken it. True if
  /// nothing tells.
  [[nodiscard]] bool sleeps(pid_t thread);

 private:
  struct Stat {
    char state = 'S';
    bool handles_signals = false;
  };
  [[nodiscard]] Stat read(pid_t thread);

  Descriptor file_;
  bool opened_ = false;
  bool handles_signals_ = false;
  Clock::time_point looked_{};
};

}  // namespace cttimeout::wrapper
