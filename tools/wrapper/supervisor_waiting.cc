// Supervisor: the calls that wait, until they go on, give up or are ended by a signal.
#include <algorithm>

#include "supervisor.h"

namespace cttimeout::tools::wrapper {
namespace {

// How long a call that a signal has ended may keep its socket open.
constexpr auto look_every = std::chrono::milliseconds(50);

}  // namespace

void Supervisor::wait(Call call) {
  const bool for_ever = call.gives_up == Clock::time_point::max();
  for (const auto& tap : taps_) {
    if (for_ever && is_receiving(call)) tap->waits(call.socket.id);
  }
  call.socket.netlink->delivered();  // as far as it has come
  show_changes(call);
  waiting_.add(std::move(call));
  wake_waiting(false);
}

void Supervisor::wake_waiting(bool made_room) {
  for (const std::uint32_t number : sockets_.take_changed()) {
    for (const pid_t thread : waiting_.receiving(number)) {
      const ServedSocket* socket = sockets_.find(number);
      if (socket == nullptr || !socket->readable()) break;
      resume(thread);
    }
  }
  if (!made_room) return;
  for (const pid_t thread : waiting_.sending()) resume(thread);
}

void Supervisor::resume(pid_t thread) {
  auto call = waiting_.take(thread);
  if (!call) return;
  if (!listener_.waits(call->notice.id)) return interruptions_.while_waiting(*call, Clock::now());
  advance(std::move(*call));
}

void Supervisor::leave_waiting(pid_t thread) {
  if (const auto call = waiting_.take(thread)) interruptions_.while_waiting(*call, Clock::now());
}

void Supervisor::thread_ended(pid_t thread) {
  held_.forget(thread);
  callers_.forget(thread);
  sockets_.forget_thread(thread);
  interruptions_.forget(thread);
  gate_.forget(thread);
  const Call* call = waiting_.find(thread);
  if (call != nullptr && !listener_.waits(call->notice.id)) leave_waiting(thread);
}

std::optional<Events::Clock::time_point> Supervisor::wakes_at() const {
  if (waiting_.empty() && gate_.empty()) return std::nullopt;
  auto at = looked_after_ + look_every;
  if (const auto due = waiting_.first_due()) at = std::min(at, *due);
  if (const auto due = gate_.first_due()) at = std::min(at, *due);
  return at;
}

void Supervisor::look_after_waiting() {
  const auto now = Clock::now();
  for (const pid_t thread : waiting_.due(now)) resume(thread);
  if (now < looked_after_ + look_every) return gate_.look_after(now);
  looked_after_ = now;
  for (const pid_t thread : waiting_.threads()) {
    if (!listener_.waits(waiting_.find(thread)->notice.id)) leave_waiting(thread);
  }
  gate_.look_after(now);
}

}  // namespace cttimeout::tools::wrapper
