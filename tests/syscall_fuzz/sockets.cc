// Operations on sockets as such: open and close, names, options, what netlink does not support.
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include <algorithm>
#include <array>

#include "operation.h"
#include "support/wire.h"

namespace cttimeout::test {
namespace {

std::uint32_t draw_port(Random& random) {
  return World::first_port + static_cast<std::uint32_t>(random.below(World::ports));
}

sockaddr_nl netlink_address(std::uint32_t port, std::uint32_t groups = 0) {
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_pid = port;
  address.nl_groups = groups;
  return address;
}

/// No wait of a script is longer than a few ticks of the clock.
void limit_waits(int socket, int milliseconds) {
  const timeval limit{.tv_sec = 0, .tv_usec = milliseconds * 1000};
  call(SYS_setsockopt, socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  call(SYS_setsockopt, socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

void open_socket(World& world, Random& random) {
  const std::size_t slot = world.any_slot(random);
  world.empty(slot);
  int type = random.chance(3, 4) ? SOCK_RAW : SOCK_DGRAM;
  if (random.chance(1, 25)) type = static_cast<int>(random.below(16));
  if (random.chance(1, 2)) type |= SOCK_NONBLOCK;
  if (random.chance(1, 2)) type |= SOCK_CLOEXEC;
  if (random.chance(1, 60)) type |= 1 << random.between(4, 30);
  const long socket = call(SYS_socket, AF_NETLINK, type, NETLINK_NETFILTER);
  world << slot << (socket >= 0 ? "open" : show(socket));
  if (socket < 0) return;
  world.slot(slot) = static_cast<int>(socket);
  limit_waits(world.slot(slot), 3);
  if (random.chance(1, 8)) return;
  const sockaddr_nl address = netlink_address(draw_port(random));
  world << show(call(SYS_bind, socket, &address, sizeof address));
}

void close_socket(World& world, Random& random) {
  const std::size_t slot = world.any_slot(random);
  world << slot << show(call(SYS_close, world.slot(slot)));
  world.slot(slot) = -1;
}

void give_address(World& world, Random& random) {
  constexpr std::uint32_t nf_tables = 1U << 6;  // another endpoint's events
  const std::uint32_t group = random.chance(1, 8) ? 1U << random.below(32) : 0;
  sockaddr_nl address =
      netlink_address(random.chance(1, 5) ? 0 : draw_port(random), group == nf_tables ? 0 : group);
  if (random.chance(1, 20)) address.nl_family = AF_INET;
  const auto size = random.chance(1, 10) ? static_cast<int>(random.below(140)) - 1
                                         : static_cast<int>(sizeof address);
  std::array<std::byte, 140> room{};
  std::copy_n(std::as_bytes(std::span(&address, 1)).begin(), sizeof address, room.begin());
  const long number = random.chance(2, 3) ? SYS_bind : SYS_connect;
  const void* at = random.chance(1, 30) ? reinterpret_cast<void*>(8) : room.data();
  world << number << size << show(call(number, world.any(random), at, size));
}

void tell_address(World& world, Random& random) {
  const int socket = world.any(random);
  const long number = random.chance(1, 2) ? SYS_getsockname : SYS_getpeername;
  sockaddr_nl address{};
  int size = random.chance(1, 6) ? static_cast<int>(random.below(20)) - 1
                                 : static_cast<int>(sizeof address);
  void* to = random.chance(1, 30) ? nullptr : &address;
  world << number << show(call(number, socket, to, &size)) << address.nl_family
        << World::comparable_port(address.nl_pid) << address.nl_groups;
  if (to != nullptr) world << size;  // kernels store it before or after they fail
}

void set_netlink_option(World& world, Random& random) {
  const int option = random.chance(1, 12) ? static_cast<int>(random.below(20))
                                          : random.of<int>({1, 2, 3, 4, 5, 8, 10, 11, 12});
  std::array<int, 2> value{static_cast<int>(random.below(3)), 0};
  if (option == option_add_membership || option == option_drop_membership) {
    value[0] = static_cast<int>(random.below(6));
  }
  const int size = random.chance(1, 10) ? static_cast<int>(random.below(10)) - 1 : 4;
  world << option << value[0] << size
        << show(call(SYS_setsockopt, world.any(random), level_netlink, option, value.data(), size));
}

void set_socket_option(World& world, Random& random) {
  const int socket = world.any(random);
  const int option = random.of<int>({SO_RCVBUF, SO_SNDBUF, SO_PASSCRED, SO_RCVLOWAT, SO_REUSEADDR,
                                     SO_BROADCAST, SO_KEEPALIVE, SO_OOBINLINE, SO_PRIORITY,
                                     SO_DONTROUTE, SO_TYPE, SO_DOMAIN, SO_ERROR, SO_ACCEPTCONN});
  int value = static_cast<int>(random.below(3));
  if (option == SO_RCVBUF) value = static_cast<int>(random.below(20000));
  if (option == SO_SNDBUF) value = static_cast<int>(random.below(10000));
  const int size = random.chance(1, 12) ? static_cast<int>(random.below(5)) - 1 : 4;
  const void* at = random.chance(1, 30) ? reinterpret_cast<void*>(8) : &value;
  world << option << value << size
        << show(call(SYS_setsockopt, socket, SOL_SOCKET, option, at, size));
}

void change_limit(World& world, Random& random) {
  const int milliseconds = static_cast<int>(random.between(1, 12));
  limit_waits(world.any(random), milliseconds);
  world << milliseconds;
}

void get_option(World& world, Random& random) {
  const int socket = world.any(random);
  int level = SOL_SOCKET;
  int option = random.of<int>({SO_RCVBUF, SO_SNDBUF, SO_PASSCRED, SO_RCVLOWAT, SO_TYPE, SO_DOMAIN,
                               SO_PROTOCOL, SO_ERROR, SO_ACCEPTCONN, SO_RCVTIMEO, SO_SNDTIMEO,
                               SO_LINGER, SO_REUSEADDR, SO_PRIORITY, SO_BROADCAST, SO_OOBINLINE});
  if (random.chance(1, 2)) {
    level = level_netlink;
    option = static_cast<int>(random.below(14));
  } else if (random.chance(1, 20)) {
    level = random.of<int>({IPPROTO_TCP, IPPROTO_UDP, 0, 41, 999});
  }
  std::array<std::byte, 40> room{};
  int size = random.chance(1, 4) ? static_cast<int>(random.below(41)) - 1 : 40;
  const long result = call(SYS_getsockopt, socket, level, option, room.data(), &size);
  world << level << option << show(result) << size;
  if (result >= 0) world << to_hex(View(room).first(static_cast<std::size_t>(std::max(size, 0))));
}

void control(World& world, Random& random) {
  const int socket = world.any(random);
  int value = static_cast<int>(random.below(2));
  const unsigned long command =
      random.of<unsigned long>({FIONREAD, TIOCOUTQ, SIOCATMARK, FIONBIO, FIOCLEX, FIONCLEX,
                                SIOCGSTAMP, SIOCPROTOPRIVATE, SIOCGIFINDEX, SIOCGPGRP, TCGETS});
  if (command == SIOCGIFINDEX) {
    ifreq request{};
    std::copy_n("lo", 3, std::begin(request.ifr_name));
    world << "index of lo" << show(call(SYS_ioctl, socket, command, &request));
    return;
  }
  std::array<int, 64> room{value};
  world << command << show(call(SYS_ioctl, socket, command, room.data()));
}

void do_what_is_not_supported(World& world, Random& random) {
  const int socket = world.any(random);
  switch (random.below(4)) {
    case 0:
      world << "shutdown" << show(call(SYS_shutdown, socket, random.below(4)));
      return;
    case 1:
      world << "listen" << show(call(SYS_listen, socket, 1));
      return;
    case 2:
      world << "accept" << show(call(SYS_accept, socket, nullptr, nullptr));
      return;
    default:
      world << "accept4" << show(call(SYS_accept4, socket, nullptr, nullptr, SOCK_CLOEXEC));
  }
}

constexpr std::array kinds{
    Kind{"open", 120, open_socket},
    Kind{"close", 40, close_socket},
    Kind{"address", 30, give_address},
    Kind{"tell address", 30, tell_address},
    Kind{"netlink option", 30, set_netlink_option},
    Kind{"socket option", 30, set_socket_option},
    Kind{"limit", 10, change_limit},
    Kind{"get option", 50, get_option},
    Kind{"ioctl", 20, control},
    Kind{"not supported", 10, do_what_is_not_supported},
};

}  // namespace

std::span<const Kind> socket_kinds() {
  return kinds;
}

}  // namespace cttimeout::test
