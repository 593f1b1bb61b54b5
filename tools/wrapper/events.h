// Events: what the supervisor waits for, all in one epoll.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "caller/descriptor.h"

namespace cttimeout::tools::wrapper {

class Events {
 public:
  using Clock = std::chrono::steady_clock;

  /// What a watched descriptor is.
  enum class Source : std::uint8_t {
    guard,     ///< of the process tree
    signals,   ///< to fake-kernel itself
    listener,  ///< of the seccomp filter
    socket,    ///< our end of a served socket, by its number; programs have closed theirs
    thread,    ///< a pidfd, by thread id; the thread has ended
    message,   ///< a UNIX socket that a thread waits for, by thread id
    timer,     ///< the time that was set has come
  };

  struct Event {
    Source source;
    std::uint32_t id;
    bool readable;
    bool hung_up;
  };

  Events();

  /// Tells of `descriptor` from now on, until it is closed. `events` as for epoll_ctl. False, with
  /// errno, if there is no room for it.
  [[nodiscard]] bool watch(int descriptor, std::uint32_t events, Source source,
                           std::uint32_t id = 0) const;
  void forget(int descriptor) const;

  /// When the timer tells, once; nullopt for never.
  void set_timer(std::optional<Clock::time_point> at);

  /// Waits for events. All that are due are among them, the listener's last: what a program did
  /// before its call is known before the call is served. The span lives until the next wait.
  [[nodiscard]] std::span<const Event> wait();

 private:
  Descriptor epoll_;
  Descriptor timer_;
  std::optional<Clock::time_point> set_for_;
  std::array<epoll_event, 64> ready_{};
  std::vector<Event> events_;
};

}  // namespace cttimeout::tools::wrapper
