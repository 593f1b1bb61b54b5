// Supervisor: replies to the system calls of the tree from the fake.
#pragma once

#include <array>
#include <optional>

#include "caller/callers.h"
#include "calls/calls.h"
#include "calls/held_descriptors.h"
#include "calls/interruptions.h"
#include "calls/served_sockets.h"
#include "calls/waiting_calls.h"
#include "events.h"
#include "faults/fault_injection.h"
#include "instruments/tap.h"
#include "kernels.h"
#include "messages/message_gate.h"
#include "seccomp/listener.h"

namespace cttimeout::tools::wrapper {

class Supervisor {
 public:
  /// All of these are the owner's and outlive it.
  Supervisor(DescriptorRange range, const Events& events, Kernels& kernels,
             FaultInjection& injection, const Taps& taps);

  /// Where calls come from now on; nowhere at first.
  void listen(Descriptor listener) { listener_ = Listener(std::move(listener)); }

  // What to do at an event of each source.

  /// listener: replies to one call, and to those that it sets free.
  void serve();
  void socket_closed(std::uint32_t number) { sockets_.remove(number); }
  void thread_ended(pid_t thread);
  void message_arrived(pid_t thread, bool ended) { gate_.arrived(thread, ended); }

  /// When look_after_waiting() is due; nullopt if no call waits.
  [[nodiscard]] std::optional<Events::Clock::time_point> wakes_at() const;
  /// Ends the calls whose time is up, and lets go of those that a signal has ended.
  void look_after_waiting();

 private:
  using Clock = Events::Clock;

  void open_socket(const seccomp_notif& notice);
  void begin(const seccomp_notif& notice);
  /// Refuses an option of netfilter that any socket has; false if the call is none.
  [[nodiscard]] bool refuses_tables(const seccomp_notif& notice) const;
  void begin_unknown(const seccomp_notif& notice);
  void begin_transfer(const seccomp_notif& notice, std::array<unsigned, 2> descriptors);
  void begin_served(Call call);
  [[nodiscard]] Call call(const seccomp_notif& notice, std::shared_ptr<const Caller> caller,
                          std::shared_ptr<const Descriptor> copy, ServedSocket& socket);
  void note_closes(const seccomp_notif& notice);
  void refuse(const seccomp_notif& notice, int error) const;
  void advance(Call call);
  void finish(Call& call, Outcome outcome);
  [[nodiscard]] bool deliver(const Call& call, std::int64_t result) const;
  void reply(const Call& call, std::int64_t result);
  void attend(const Call& call) const;
  void wait(Call call);
  void show_changes(const Call& call);
  /// Lets the calls go on that waited for a datagram that has come, or for room, if there is more.
  void wake_waiting(bool made_room);
  void resume(pid_t thread);
  void leave_waiting(pid_t thread);

  const DescriptorRange range_;
  Kernels& kernels_;
  FaultInjection& injection_;
  const Taps& taps_;
  Listener listener_;
  Callers callers_;
  ServedSockets sockets_;
  HeldDescriptors held_;
  WaitingCalls waiting_;
  Interruptions interruptions_;
  MessageGate gate_;
  Clock::time_point looked_after_{};
};

}  // namespace cttimeout::tools::wrapper
