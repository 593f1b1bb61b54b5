// ThreadState: whether a signal may be taking a thread out of its call right now.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>

#include "caller/descriptor.h"

namespace cttimeout::wrapper {

class ThreadState {
 public:
  using Clock = std::chrono::steady_clock;

  /// Whether its process has a handler for any signal, as it was at most 1 ms ago. False if nothing
  /// tells.
  [[nodiscard]] bool handles_signals(pid_t thread, Clock::time_point now);
  /// Whether it sleeps, as one does that waits for its call: a signal would have woken it. True if
  /// nothing tells. Takes some 2 us, of which the last is the look.
  [[nodiscard]] bool sleeps(pid_t thread);

 private:
  std::optional<Descriptor> stat_;  // of /proc/THREAD, opened when first needed
  std::optional<Descriptor> syscall_;
  bool handles_signals_ = false;
  Clock::time_point looked_{};
};

}  // namespace cttimeout::wrapper
