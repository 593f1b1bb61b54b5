// Supervisor: answers the system calls of the tree from the fake.
#include "supervisor.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include <array>
#include <cerrno>

namespace cttimeout::wrapper {
namespace {

constexpr int look_every_ms = 10;
// What a call returns inside of the kernel that a signal has interrupted: it is made anew after
// the handler, or fails with EINTR, as the handler was installed. No program sees it.
constexpr int restart = 512;  // ERESTARTSYS

/// 0 if there is none: the descriptor is no socket.
std::uint64_t cookie_of(int descriptor) {
  std::uint64_t cookie = 0;
  socklen_t size = sizeof cookie;
  getsockopt(descriptor, SOL_SOCKET, SO_COOKIE, &cookie, &size);
  return cookie;
}

bool is_sending(const Call& call) {
  switch (call.notice.data.nr) {
    case SYS_sendto:
    case SYS_sendmsg:
    case SYS_sendmmsg:
    case SYS_write:
    case SYS_writev:
      return true;
    default:
      return false;
  }
}

/// SO_RCVTIMEO or SO_SNDTIMEO; nullopt for no limit.
std::optional<std::chrono::microseconds> time_limit(const Call& call) {
  timeval limit{};
  socklen_t size = sizeof limit;
  const int option = is_sending(call) ? SO_SNDTIMEO : SO_RCVTIMEO;
  getsockopt(call.copy.number(), SOL_SOCKET, option, &limit, &size);
  if (limit.tv_sec == 0 && limit.tv_usec == 0) return std::nullopt;
  return std::chrono::seconds(limit.tv_sec) + std::chrono::microseconds(limit.tv_usec);
}

/// What a call ends with that may not wait any more.
Outcome given_up(const Call& call, int error) {
  if (call.messages_done > 0) return Outcome::returns(call.messages_done);
  return Outcome::fails(error);
}

}  // namespace

Supervisor::Supervisor(DescriptorRange range, Kernels& kernels, Misfortune& misfortune,
                       const Taps& taps)
    : range_(range),
      kernels_(kernels),
      misfortune_(misfortune),
      taps_(taps),
      closings_(epoll_create1(EPOLL_CLOEXEC)) {}

void Supervisor::serve() {
  const auto notice = listener_.receive();
  if (!notice) return;
  // What the program closed before this call is closed before this call is served.
  look_after_waiting();
  forget_closed();
  if (notice->data.nr == SYS_socket) {
    open_socket(*notice);
  } else {
    begin(*notice);
  }
}

void Supervisor::open_socket(const seccomp_notif& notice) {
  const auto refuse = [&](int error) { listener_.answer(notice.id, -error); };
  const auto asked = static_cast<int>(notice.data.args[1]);
  const int type = asked & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (type != SOCK_RAW && type != SOCK_DGRAM) {
    return refuse(type >= 0 && type < SOCK_PACKET + 1 ? ESOCKTNOSUPPORT : EINVAL);  // K-SOCK-22
  }
  Caller caller(static_cast<pid_t>(notice.pid));
  const auto kernel = kernels_.of(caller);
  if (!kernel) return refuse(kernel.error());
  const auto number = free_number(caller, range_, 0);
  if (!number) return refuse(number.error());
  const std::uint32_t process_id = caller.process_id();
  kernels_.attend(**kernel, caller);

  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return refuse(errno);
  const Descriptor programs(ends[0]);
  Descriptor ours(ends[1]);
  if ((asked & SOCK_NONBLOCK) != 0) fcntl(programs.number(), F_SETFL, O_RDWR | O_NONBLOCK);
  const std::uint64_t cookie = cookie_of(programs.number());
  epoll_event closing{.events = EPOLLRDHUP, .data = {.u64 = cookie}};
  epoll_ctl(closings_.number(), EPOLL_CTL_ADD, ours.number(), &closing);
  const SocketId id{
      .number = ++sockets_opened_, .process_id = process_id, .program = caller.program()};
  auto netlink = tapped(unfortunate((*kernel)->socket(process_id), id, misfortune_), id, taps_);
  sockets_.emplace(
      cookie,
      ServedSocket{
          .kernel = **kernel, .netlink = std::move(netlink), .end = std::move(ours), .type = type});
  listener_.give(notice.id, programs.number(), *number, (asked & SOCK_CLOEXEC) != 0);
}

void Supervisor::forget_closed() {
  std::array<epoll_event, 16> closed{};
  int count = 0;
  do {
    count = epoll_wait(closings_.number(), closed.data(), closed.size(), 0);
    for (int i = 0; i < count; ++i) sockets_.erase(closed[static_cast<std::size_t>(i)].data.u64);
  } while (count == static_cast<int>(closed.size()));
}

void Supervisor::begin(const seccomp_notif& notice) {
  Caller caller(static_cast<pid_t>(notice.pid));
  auto copy = caller.copy(static_cast<int>(notice.data.args[0]));
  if (!listener_.waits(notice.id)) return;
  // Another descriptor may have come to a number of the range: a file of a program with many.
  const auto socket = copy ? sockets_.find(cookie_of(copy->number())) : sockets_.end();
  if (socket == sockets_.end()) return listener_.let_through(notice.id);
  waiting_.push_back(Call{.notice = notice,
                          .caller = std::move(caller),
                          .copy = std::move(*copy),
                          .socket = socket->second,
                          .listener = listener_,
                          .range = range_});
  if (advance(waiting_.back())) waiting_.pop_back();
  retry_waiting();
}

bool Supervisor::advance(Call& call) {
  kernels_.attend(call.socket.kernel, call.caller);
  Outcome outcome = find_handler(call.notice.data.nr)(call);
  if (outcome.kind() == Outcome::Kind::waits) {
    if (!must_not_wait(call)) return false;
    outcome = given_up(call, EAGAIN);
  }
  finish(call, outcome);
  return true;
}

bool Supervisor::must_not_wait(Call& call) const {
  const bool never = (message_flags(call) & MSG_DONTWAIT) != 0 ||
                     (fcntl(call.copy.number(), F_GETFL) & O_NONBLOCK) != 0;
  if (never) return true;
  const auto now = Call::Clock::now();
  if (!call.gives_up) {
    const auto limit = time_limit(call);
    call.gives_up = limit ? now + *limit : Call::Clock::time_point::max();
  }
  return now >= *call.gives_up;
}

void Supervisor::finish(Call& call, Outcome outcome) {
  show_readable(call);
  if (outcome.kind() == Outcome::Kind::returns) listener_.answer(call.notice.id, outcome.value());
  if (outcome.kind() == Outcome::Kind::native) listener_.let_through(call.notice.id);
}

// Bytes lie in the programs' end exactly while their socket has something to receive; one comes
// with each datagram, as edge-triggered epoll wants an event for each. They are taken out again
// through a copy of that end, which the call has: only a call on a socket empties its queue, while
// any call may fill those of others.
void Supervisor::show_readable(Call& call) {
  for (auto& [cookie, socket] : sockets_) {
    const bool readable = (socket.netlink->poll() & (POLLIN | POLLERR)) != 0;
    const std::size_t used = socket.netlink->memory().used;
    char token = 0;
    if (readable && (!socket.readable || used > socket.used)) {
      send(socket.end.number(), &token, sizeof token, MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    if (!readable && socket.readable && &socket == &call.socket) {
      while (recv(call.copy.number(), &token, sizeof token, MSG_DONTWAIT) > 0) {
      }
    }
    socket.readable = readable;
    socket.used = used;
  }
}

void Supervisor::retry_waiting() {
  for (auto call = waiting_.begin(); call != waiting_.end();) {
    const bool may_go_on = is_sending(*call) || call->socket.readable;
    call = may_go_on && advance(*call) ? waiting_.erase(call) : std::next(call);
  }
}

int Supervisor::milliseconds_to_wait() const {
  return waiting_.empty() ? -1 : look_every_ms;
}

void Supervisor::look_after_waiting() {
  const auto now = Call::Clock::now();
  for (auto call = waiting_.begin(); call != waiting_.end();) {
    bool over = !listener_.waits(call->notice.id);
    if (!over && now >= *call->gives_up) {
      listener_.answer(call->notice.id, given_up(*call, EAGAIN).value());
      over = true;
    } else if (!over && call->caller.signalled()) {
      const bool limited = call->gives_up != Call::Clock::time_point::max();
      listener_.answer(call->notice.id, given_up(*call, limited ? EINTR : restart).value());
      over = true;
    }
    call = over ? waiting_.erase(call) : std::next(call);
  }
}

}  // namespace cttimeout::wrapper
