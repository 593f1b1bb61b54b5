// MessageGate: looks into what a UNIX socket brings before a program receives it.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "caller/caller.h"
#include "events.h"
#include "seccomp/listener.h"

namespace cttimeout::tools::wrapper {

/// A process outside of the tree may send a descriptor of a netfilter socket of the real kernel
/// (SCM_RIGHTS). The program gets EPERM for such a message, which is lost, and stderr says so.
/// Every other message is received natively, once it has been looked at; until there is one, the
/// call waits here. Two threads that receive from one socket at once may exchange messages after
/// that.
class MessageGate {
 public:
  /// Both outlive it.
  MessageGate(const Events& events, const Listener& listener)
      : events_(events), listener_(listener) {}

  [[nodiscard]] bool empty() const { return waiting_.empty(); }

  /// A recvmsg or recvmmsg on `copy`, a copy of the descriptor that the program has.
  void receive(const seccomp_notif& notice, std::shared_ptr<const Caller> caller, Descriptor copy);
  /// The socket that the thread waits for has something; or, with `ended`, will have no more.
  void arrived(pid_t thread, bool ended);
  /// The thread does not wait any more, or has ended.
  void forget(pid_t thread);

  /// When the first call gives up; nullopt if none does.
  [[nodiscard]] std::optional<Events::Clock::time_point> first_due() const;
  /// Ends the calls whose time is up, and forgets those that the listener has no more.
  void look_after(Events::Clock::time_point now);

 private:
  struct Waiting {
    seccomp_notif notice;
    std::shared_ptr<const Caller> caller;
    Descriptor copy;
    std::optional<Events::Clock::time_point> gives_up;
  };

  /// False if the call has to wait.
  bool pass(Waiting& call) const;
  void wait(Waiting call);
  void let_through(Waiting& call) const;
  void finish(Waiting& call, std::int64_t result) const;

  const Events& events_;
  const Listener& listener_;
  std::map<pid_t, Waiting> waiting_;
};

}  // namespace cttimeout::tools::wrapper
