// Interruptions: what signals left undone, until the thread makes its next call.
#pragma once

#include <linux/seccomp.h>

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "calls/calls.h"

namespace cttimeout::tools::wrapper {

/// A signal takes a thread out of its call without a word to us. The kernel then makes the call
/// anew, with the same arguments, or lets it fail with EINTR, as the handler was installed; after
/// that most programs make the same call again. Nothing tells the one from the other, so both are
/// served alike.
class Interruptions {
 public:
  using Clock = Events::Clock;

  /// What the next call of a thread has to know.
  struct Left {
    std::optional<std::int64_t> result = {};  ///< the call need not be made: it returns this
    SentDatagrams sent = {};                  ///< those need not be sent again
  };

  /// A signal came while the call waited. With a time limit it fails with EINTR, also where others
  /// are made anew (signal(7)); what recvmmsg has got already it returns.
  void while_waiting(const Call& call, Clock::time_point now);
  /// A signal came after the call had its effect: `result` was not delivered. What it received went
  /// back to its socket.
  void before_reply(const Call& call, std::int64_t result, SentDatagrams sent);

  /// The result that was left for this call was not delivered either.
  void again(const Call& call, std::int64_t result);

  /// What is left for this call; nothing if it is not the one that was interrupted, or that was
  /// so long ago that no restart can be meant. What is given is forgotten.
  [[nodiscard]] Left take(const Call& call);

  void forget(pid_t thread) { left_.erase(thread); }

 private:
  void keep(const Call& call, Left left, Clock::time_point until);

  struct Interruption {
    seccomp_data call;
    std::uint32_t socket;  ///< another one may have come to its number since
    Left left;
    Clock::time_point until;  ///< it counts
  };

  std::unordered_map<pid_t, Interruption> left_;
};

}  // namespace cttimeout::tools::wrapper
