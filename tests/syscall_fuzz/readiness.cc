// Operations that ask whether a socket is ready: poll, select, epoll of either trigger.
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>

#include <array>

#include "operation.h"

namespace cttimeout::test {
namespace {

/// A pending error counts as something to receive, which is all that select tells as well.
int seen(unsigned events) {
  const bool readable = (events & (EPOLLIN | EPOLLERR)) != 0;
  const bool writable = (events & EPOLLOUT) != 0;
  const unsigned rest = events & ~(EPOLLIN | EPOLLERR | EPOLLOUT | EPOLLRDNORM | EPOLLWRNORM);
  return static_cast<int>(rest << 2) + (readable ? 1 : 0) + (writable ? 2 : 0);
}

void ask_poll(World& world, Random& random) {
  std::array<pollfd, World::slot_count> watched{};
  for (std::size_t slot = 0; slot < watched.size(); ++slot) {
    watched[slot] = {.fd = world.slot(slot), .events = POLLIN | POLLOUT, .revents = 0};
  }
  const timespec limit{.tv_sec = 0, .tv_nsec = random.chance(1, 4) ? 1'000'000 : 0};
  timespec left = limit;  // the call changes it
  world << show(call(SYS_ppoll, watched.data(), watched.size(), &left, nullptr, 8));
  for (const pollfd& one : watched) world << seen(static_cast<unsigned short>(one.revents));
}

void ask_select(World& world, Random& random) {
  const int socket = world.any(random);
  if (socket < 0 || socket >= FD_SETSIZE) return;
  fd_set readable;
  fd_set writable;
  FD_ZERO(&readable);
  FD_ZERO(&writable);
  FD_SET(socket, &readable);
  FD_SET(socket, &writable);
  timespec limit{};
  const long result =
      call(SYS_pselect6, socket + 1, &readable, &writable, nullptr, &limit, nullptr);
  world << show(result) << FD_ISSET(socket, &readable) << FD_ISSET(socket, &writable);
}

void change_epoll(World& world, Random& random) {
  const std::size_t slot = world.any_slot(random);
  constexpr std::array<unsigned, 4> triggers{0, EPOLLET, EPOLLONESHOT, EPOLLET | EPOLLONESHOT};
  epoll_event event{};
  event.events = EPOLLIN | random.of<unsigned>(triggers) | (random.chance(1, 3) ? EPOLLOUT : 0U);
  event.data.u64 = slot;
  const int action = random.of<int>({EPOLL_CTL_ADD, EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL});
  world << slot << action
        << show(call(SYS_epoll_ctl, world.epoll(), action, world.slot(slot), &event));
}

void ask_epoll(World& world, Random& /*random*/) {
  std::array<epoll_event, 16> events{};
  const long count = call(SYS_epoll_pwait, world.epoll(), events.data(), 16, 0, nullptr, 8);
  std::array<int, World::slot_count> ready{};
  for (long i = 0; i < count; ++i) {
    const epoll_event& event = events.at(static_cast<std::size_t>(i));
    ready.at(event.data.u64) |= 1 << seen(event.events);
  }
  world << show(count);
  for (const int one : ready) world << one;
}

constexpr std::array kinds{
    Kind{"poll", 40, ask_poll},
    Kind{"select", 20, ask_select},
    Kind{"epoll_ctl", 20, change_epoll},
    Kind{"epoll_wait", 40, ask_epoll},
};

}  // namespace

std::span<const Kind> readiness_kinds() {
  return kinds;
}

}  // namespace cttimeout::test
