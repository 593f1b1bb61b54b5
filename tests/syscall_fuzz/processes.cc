// Operations with other processes: forks, programs that inherit sockets, waits that somebody ends.
#include <fcntl.h>
#include <linux/netlink.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

#include <array>
#include <iostream>

#include "operation.h"
#include "support/request.h"

namespace cttimeout::test {
namespace {

constexpr int pause_us = 4000;

/// Runs `work` in a child and tells how it ended.
template <class Work>
void in_child(World& world, Work&& work) {
  std::cout.flush();
  const pid_t child = fork();
  if (child == 0) _exit(work());
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  world << "child" << status;
}

/// The child sends by a socket that it inherits; the reply is for the one that receives.
/// One that is not bound yet would get the child's process id, which fake-kernel does not do.
void send_in_child(World& world, Random& random) {
  const int socket = world.any(random);
  sockaddr_nl address{};
  socklen_t size = sizeof address;
  if (call(SYS_getsockname, socket, &address, &size) < 0 || address.nl_pid == 0) return;
  const Bytes bytes = get_policy("a").ack().sequence(world.sequence);
  in_child(world, [&] {
    const long sent =
        call(SYS_sendto, socket, bytes.data(), bytes.size(), MSG_DONTWAIT, nullptr, 0);
    return static_cast<int>(sent) & 0x7f;
  });
}

void close_in_child(World& world, Random& /*random*/) {
  in_child(world, [&world] {
    for (std::size_t slot = 0; slot < World::slot_count; ++slot) world.empty(slot);
    return 0;
  });
}

/// A program that inherits the socket tells whether it is one.
void run_program(World& world, Random& random) {
  const int socket = world.any(random);
  if (socket < 0) return;
  const std::string number = std::to_string(socket);
  std::cout.flush();
  const pid_t child = vfork();
  if (child == 0) {
    execl("/proc/self/exe", "syscall_player", "--inherited", number.c_str(), nullptr);
    _exit(100);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  world << "program" << status;
}

/// A child sends to the socket while this process waits for it to.
void wait_for_child(World& world, Random& random) {
  const int socket = world.any(random);
  sockaddr_nl address{};
  socklen_t size = sizeof address;
  if (call(SYS_getsockname, socket, &address, &size) < 0 || address.nl_pid == 0) return;
  const int flags = static_cast<int>(call(SYS_fcntl, socket, F_GETFL));
  std::cout.flush();
  const pid_t child = fork();
  if (child == 0) {
    usleep(static_cast<useconds_t>(random.below(3)) * 1000);
    const int sender = static_cast<int>(call(SYS_socket, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER));
    call(SYS_sendto, sender, "hello", 5, MSG_DONTWAIT, &address, sizeof address);
    _exit(0);
  }
  waitpid(child, nullptr, 0);
  std::array<std::byte, 4096> room{};
  const long result = call(SYS_recvfrom, socket, room.data(), room.size(), 0, nullptr, nullptr);
  world << (flags & O_NONBLOCK) << show(result);
  if (result > 0)
    world << World::comparable(socket, View(room).first(static_cast<std::size_t>(result)));
}

/// SIGALRM comes while the socket waits: with a time limit the call fails with EINTR, whatever
/// SA_RESTART says, and without one it fails or goes on.
void wait_for_signal(World& world, Random& random) {
  const int socket =
      static_cast<int>(call(SYS_socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER));
  struct sigaction action {};
  action.sa_handler = [](int) {};
  const bool limited = random.chance(1, 2);
  action.sa_flags = limited && random.chance(1, 2) ? SA_RESTART : 0;
  sigaction(SIGALRM, &action, nullptr);
  const timeval limit{.tv_sec = 2, .tv_usec = 0};
  if (limited) call(SYS_setsockopt, socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  const itimerval timer{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_usec = pause_us}};
  setitimer(ITIMER_REAL, &timer, nullptr);
  char room = 0;
  world << limited << action.sa_flags
        << show(call(SYS_recvfrom, socket, &room, 1, 0, nullptr, nullptr));
  close(socket);
}

/// A reader that waits is killed; its port id is then free at once.
void kill_reader(World& world, Random& random) {
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_pid = World::first_port + World::ports + static_cast<std::uint32_t>(random.below(2));
  std::cout.flush();
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) {
    end_with(parent);
    const long reader = call(SYS_socket, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
    call(SYS_bind, reader, &address, sizeof address);
    char room = 0;
    call(SYS_recvfrom, reader, &room, 1, 0, nullptr, nullptr);
    _exit(0);
  }
  usleep(static_cast<useconds_t>(random.between(1, 6)) * 1000);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  const long socket = call(SYS_socket, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
  world << show(call(SYS_bind, socket, &address, sizeof address));
  close(static_cast<int>(socket));
}

constexpr std::array kinds{
    Kind{"send in a child", 8, send_in_child},     Kind{"close in a child", 4, close_in_child},
    Kind{"run a program", 4, run_program},         Kind{"wait for a child", 4, wait_for_child},
    Kind{"wait for a signal", 3, wait_for_signal}, Kind{"kill a reader", 4, kill_reader},
};

}  // namespace

std::span<const Kind> process_kinds() {
  return kinds;
}

}  // namespace cttimeout::test
