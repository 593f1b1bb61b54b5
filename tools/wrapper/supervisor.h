// Supervisor: answers the system calls of the tree from the fake.
#pragma once

#include <list>
#include <map>

#include "calls/calls.h"
#include "faults/misfortune.h"
#include "instruments/tap.h"
#include "kernels.h"
#include "seccomp/filter.h"
#include "seccomp/listener.h"

namespace cttimeout::wrapper {

class Supervisor {
 public:
  /// Kernels, misfortune and taps are the owner's and outlive it.
  Supervisor(DescriptorRange range, Kernels& kernels, Misfortune& misfortune, const Taps& taps);

  /// From where calls come from now on; nowhere at first.
  void listen(Descriptor listener) { listener_ = Listener(std::move(listener)); }
  /// To be polled: readable when serve() has something to do.
  [[nodiscard]] int listener() const { return listener_.number(); }

  /// Answers one call, and those that waited for what it did.
  void serve();

  /// How long at most until look_after_waiting() is due; -1 if no call waits.
  [[nodiscard]] int milliseconds_to_wait() const;
  /// Ends calls whose time is up, whose caller has a signal to handle, or is gone.
  void look_after_waiting();

 private:
  void open_socket(const seccomp_notif& notice);
  void forget_closed();
  void begin(const seccomp_notif& notice);
  /// False if the call waits.
  bool advance(Call& call);
  bool must_not_wait(Call& call) const;
  void finish(Call& call, Outcome outcome);
  void retry_waiting();
  void show_readable(Call& call);

  const DescriptorRange range_;
  Kernels& kernels_;
  Misfortune& misfortune_;
  const Taps& taps_;
  Listener listener_;
  Descriptor closings_;  // an epoll of all sockets' ends
  std::uint32_t sockets_opened_ = 0;
  std::map<std::uint64_t, ServedSocket> sockets_;  // by SO_COOKIE of the programs' end
  std::list<Call> waiting_;
};

}  // namespace cttimeout::wrapper
