// Supervisor: replies to the system calls of the tree from the fake.
#include "supervisor.h"

#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "caller/proc.h"
#include "calls/wait_limit.h"
#include "say_once.h"
#include "seccomp/table_options.h"

namespace cttimeout::tools::wrapper {
namespace {

bool must_not_wait(Call& call) {
  const bool sends = is_sending(call);
  const ServedSocket& socket = call.socket;
  if (sends ? socket.never_waits_to_send : socket.never_waits_to_receive) return true;
  if (never_waits(call.copy.number(), message_flags(call))) return true;
  if (call.gives_up) return Call::Clock::now() >= *call.gives_up;
  const int option = sends ? SO_SNDTIMEO : SO_RCVTIMEO;
  call.gives_up = wait_limit(call.copy.number(), option).value_or(Call::Clock::time_point::max());
  return false;
}

/// The result of a call that may not wait any longer.
Outcome given_up(const Call& call) {
  if (call.messages_done > 0) return Outcome::returns(call.messages_done);
  return Outcome::fails(EAGAIN);
}

}  // namespace

Supervisor::Supervisor(DescriptorRange range, const Events& events, Kernels& kernels,
                       FaultInjection& injection, const Taps& taps)
    : range_(range),
      kernels_(kernels),
      injection_(injection),
      taps_(taps),
      callers_(events),
      sockets_(events),
      gate_(events, listener_) {}

void Supervisor::serve() {
  const auto notice = listener_.receive();
  if (!notice) return;
  const auto thread = static_cast<pid_t>(notice->pid);
  leave_waiting(thread);  // it makes another call, so that one is over
  held_.calls(thread);
  gate_.forget(thread);
  notice->data.nr == SYS_socket ? open_socket(*notice) : begin(*notice);
}

void Supervisor::refuse(const seccomp_notif& notice, int error) const {
  if (error == EPERM) say_closed(static_cast<pid_t>(notice.pid));
  [[maybe_unused]] const bool there = listener_.reply(notice.id, -error);
}

void Supervisor::open_socket(const seccomp_notif& notice) {
  const auto asked = static_cast<int>(notice.data.args[1]);
  const int type = asked & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (type != SOCK_RAW && type != SOCK_DGRAM) {
    const bool known = type >= 0 && type < SOCK_PACKET + 1;
    return refuse(notice, known ? ESOCKTNOSUPPORT : EINVAL);  // K-SOCK-22
  }
  const auto caller = callers_.of(static_cast<pid_t>(notice.pid));
  const auto kernel = kernels_.of(*caller);
  if (!kernel) return refuse(notice, kernel.error());
  const unsigned lowest = sockets_.lowest_free(caller->thread(), range_);
  const auto descriptor = free_number(*caller, range_, lowest);
  if (!descriptor) return refuse(notice, descriptor.error());
  kernels_.attend(**kernel, *caller);
  const SocketId id{.number = sockets_.next_number(),
                    .process_id = caller->process_id(),
                    .program = caller->program()};
  auto netlink = (*kernel)->socket(id.process_id,
                                   [this, number = id.number] { sockets_.note_change(number); });
  const auto programs =
      sockets_.add(**kernel, id, tapped(with_faults(std::move(netlink), id, injection_), id, taps_),
                   type, (asked & SOCK_NONBLOCK) != 0);
  if (!programs) return refuse(notice, programs.error());
  sockets_.taken(caller->thread(), *descriptor);
  listener_.give(notice.id, programs->number(), *descriptor, (asked & SOCK_CLOEXEC) != 0);
}

void Supervisor::note_closes(const seccomp_notif& notice) {
  const auto thread = static_cast<pid_t>(notice.pid);
  const auto argument = [&](int index) { return static_cast<unsigned>(notice.data.args[index]); };
  switch (notice.data.nr) {
    case SYS_close:
      return held_.closing(thread, argument(0), argument(0));
    case SYS_close_range:
      return held_.closing(thread, argument(0), argument(1));
#ifdef SYS_dup2
    case SYS_dup2:
#endif
    case SYS_dup3:
      return held_.closing(thread, argument(1), argument(1));
    case SYS_execve:
    case SYS_execveat:
      return held_.executing(thread, callers_.of(thread)->process());
    default:
      return;
  }
}

void Supervisor::begin(const seccomp_notif& notice) {
  note_closes(notice);
  const auto thread = static_cast<pid_t>(notice.pid);
  const auto number = static_cast<unsigned>(notice.data.args[0]);
  if (notice.data.nr == SYS_sendfile) return begin_transfer(notice, {0, 0});
  if (notice.data.nr == SYS_splice) return begin_transfer(notice, {0, 2});
  if (find_call(notice.data.nr) == nullptr) return listener_.let_through(notice.id);
  const auto* held = held_.find(thread, number);
  if (held == nullptr && refuses_tables(notice)) return;
  if (held == nullptr) return begin_unknown(notice);
  begin_served(call(notice, callers_.of(thread), held->copy, *sockets_.find(held->socket)));
}

bool Supervisor::refuses_tables(const seccomp_notif& notice) const {
  if (notice.data.nr != SYS_setsockopt && notice.data.nr != SYS_getsockopt) return false;
  const auto argument = [&](unsigned index) {
    return static_cast<std::uint32_t>(notice.data.args[index]);
  };
  const TableOptions* options = find_table_options(argument(1), argument(2));
  if (options == nullptr) return false;
  say_once(program_name(static_cast<pid_t>(notice.pid)) + " asked for " +
           std::string(options->subsystem) + ", which fake-kernel does not serve");
  refuse(notice, ENOPROTOOPT);
  return true;
}

// Only a file of the program's own is let through, and only once it is known to be that.
void Supervisor::begin_unknown(const seccomp_notif& notice) {
  const auto thread = static_cast<pid_t>(notice.pid);
  const auto number = static_cast<int>(notice.data.args[0]);
  auto caller = callers_.of(thread);
  auto copy = caller->copy(number);
  if (!copy && (copy.error() == ESRCH || means_no_room(copy.error()))) {
    held_.forget_all();
    copy.error() == ESRCH ? callers_.forget(thread) : callers_.forget_all();
    caller = callers_.of(thread);
    copy = caller->copy(number);
  }
  if (!copy && copy.error() == EBADF) return listener_.let_through(notice.id);
  // It has no capability that we lack, so a netfilter socket that it is sent obeys it as little.
  const bool ordinary = !range_.contains(static_cast<unsigned>(number));
  if (!copy && copy.error() == EPERM && ordinary) return listener_.let_through(notice.id);
  if (!copy) return refuse(notice, means_no_room(copy.error()) ? ENOBUFS : copy.error());
  if (ServedSocket* socket = sockets_.of_descriptor(*copy)) {
    const auto kept = std::make_shared<const Descriptor>(std::move(*copy));
    if (caller->ended() >= 0) {
      held_.keep(thread, static_cast<unsigned>(number),
                 {.copy = kept, .socket = socket->id.number});
    }
    return begin_served(call(notice, std::move(caller), kept, *socket));
  }
  const bool receives = notice.data.nr == SYS_recvmsg || notice.data.nr == SYS_recvmmsg;
  if (receives) return gate_.receive(notice, std::move(caller), std::move(*copy));
  *copy = Descriptor();  // the program may close its own, and that has to be the last
  listener_.let_through(notice.id);
}

// sendfile and splice would put bytes into our pair, where nobody reads them.
void Supervisor::begin_transfer(const seccomp_notif& notice, std::array<unsigned, 2> descriptors) {
  const auto caller = callers_.of(static_cast<pid_t>(notice.pid));
  for (const unsigned argument : descriptors) {
    const auto number = static_cast<int>(notice.data.args[argument]);
    if (!range_.contains(static_cast<unsigned>(number))) continue;
    const auto copy = caller->copy(number);
    if (copy && sockets_.of_descriptor(*copy) != nullptr) return refuse(notice, EINVAL);
  }
  listener_.let_through(notice.id);
}

Call Supervisor::call(const seccomp_notif& notice, std::shared_ptr<const Caller> caller,
                      std::shared_ptr<const Descriptor> copy, ServedSocket& socket) {
  return {.notice = notice,
          .thread = std::move(caller),
          .held = std::move(copy),
          .socket = socket,
          .listener = listener_,
          .range = range_};
}

void Supervisor::begin_served(Call call) {
  Interruptions::Left left = interruptions_.take(call);
  if (left.result) {
    if (!deliver(call, *left.result)) interruptions_.again(call, *left.result);
    return;
  }
  call.socket.netlink->repeat(std::move(left.sent));
  advance(std::move(call));
}

void Supervisor::advance(Call call) {
  call.caller.serve([this, id = call.notice.id] { return listener_.waits(id); });
  if (!is_receiving(call)) attend(call);
  Outcome outcome = find_call(call.notice.data.nr)->handler(call);
  if (outcome.kind() == Outcome::Kind::waits) {
    if (!must_not_wait(call)) return wait(std::move(call));
    outcome = given_up(call);
  }
  finish(call, outcome);
}

// The fake knows who calls: whether it is capable, and whose process id a bind takes.
void Supervisor::attend(const Call& call) const {
  kernels_.attend(call.socket.kernel, call.caller);
  call.netlink().set_sender({.process_id = call.caller.process_id()});
}

void Supervisor::show_changes(const Call& call) {
  bool arrived = false;
  for (const std::uint32_t number : sockets_.changed()) {
    ServedSocket* socket = sockets_.find(number);
    if (socket == &call.socket) arrived = true;
    if (socket != nullptr && socket != &call.socket) show_readable(*socket, {}, true);
  }
  show_readable(call.socket, call.copy, arrived);
}

void Supervisor::finish(Call& call, Outcome outcome) {
  show_changes(call);
  if (outcome.kind() == Outcome::Kind::returns) {
    reply(call, outcome.value());
  } else {
    call.socket.netlink->delivered();
    if (outcome.kind() == Outcome::Kind::native) listener_.let_through(call.notice.id);
  }
  wake_waiting(is_receiving(call));
}

// The kernel accepts a reply up to the moment at which the caller is gone, also in the last part of
// its way out of the call, where it takes none any more; that is long where it waits for the
// filter's lock.
bool Supervisor::deliver(const Call& call, std::int64_t result) const {
  call.caller.serve([this, id = call.notice.id] { return listener_.waits(id); });
  return call.caller.await_sleep() && listener_.reply(call.notice.id, result);
}

void Supervisor::reply(const Call& call, std::int64_t result) {
  if (deliver(call, result)) return call.socket.netlink->delivered();
  interruptions_.before_reply(call, result, call.socket.netlink->undelivered());
  show_readable(call.socket, call.copy, true);
  sockets_.note_change(call.socket.id.number);
}

}  // namespace cttimeout::tools::wrapper
