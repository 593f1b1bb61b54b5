// The calls that wait for something to happen to their socket, at most one of each thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "calls/calls.h"

namespace cttimeout::tools::wrapper {

/// A signal ends the wait of a thread without a word to us: its call is then here in vain, until
/// somebody looks whether the listener still has it.
class WaitingCalls {
 public:
  using Clock = Call::Clock;

  [[nodiscard]] bool empty() const { return calls_.empty(); }

  /// Keeps it. The thread has no other one here.
  void add(Call call);
  /// The call of the thread; nullptr if it has none here.
  [[nodiscard]] const Call* find(pid_t thread) const;
  /// The same, which is no longer here.
  [[nodiscard]] std::optional<Call> take(pid_t thread);

  /// The threads whose calls wait for a datagram of that socket, the longest wait first.
  [[nodiscard]] std::vector<pid_t> receiving(std::uint32_t socket) const;
  /// The threads whose calls wait for room in somebody else's queue.
  [[nodiscard]] std::vector<pid_t> sending() const;
  /// The threads whose calls give up by then.
  [[nodiscard]] std::vector<pid_t> due(Clock::time_point now) const;
  /// When the first of them gives up; nullopt if none does.
  [[nodiscard]] std::optional<Clock::time_point> first_due() const;
  [[nodiscard]] std::vector<pid_t> threads() const;

 private:
  struct Waiting {
    Call call;
    std::uint64_t order;
  };
  using Place = std::tuple<std::uint32_t, std::uint64_t, pid_t>;  // socket, order, thread

  static constexpr std::uint32_t any_socket = 0;  // of calls that send

  [[nodiscard]] std::vector<pid_t> at(std::uint32_t socket) const;

  std::uint64_t waited_ = 0;
  std::map<pid_t, Waiting> calls_;
  std::set<Place> places_;
  std::set<std::pair<Clock::time_point, pid_t>> ends_;
};

}  // namespace cttimeout::tools::wrapper
