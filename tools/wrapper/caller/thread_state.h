// ThreadState: whether a signal may be taking a thread out of its call right now.
#pragma once

#include <sys/types.h>

#include <array>
#include <chrono>
#include <optional>
#include <string_view>

#include "caller/descriptor.h"

namespace cttimeout::tools::wrapper {

class ThreadState {
 public:
  using Clock = std::chrono::steady_clock;

  /// Whether its process has a handler for any signal, as it was at most 1 ms ago. False if nothing
  /// tells.
  [[nodiscard]] bool handles_signals(pid_t thread, Clock::time_point now);
  /// Whether it sleeps and a signal would have woken it, as it is while it waits for its call. Not
  /// so on its way out of that, where it runs or waits for a lock of the kernel. True if nothing
  /// tells.
  [[nodiscard]] bool sleeps(pid_t thread);

 private:
  /// The text of /proc/THREAD/stat from its third field on, which is the state; empty if nothing
  /// tells.
  [[nodiscard]] std::string_view read_stat(pid_t thread);

  std::optional<Descriptor> stat_;  // opened when first needed
  std::array<char, 512> text_{};
  bool handles_signals_ = false;
  Clock::time_point looked_{};
};

}  // namespace cttimeout::tools::wrapper
