// Operations on what is not ours, at the very numbers of served sockets: it must not change.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <array>
#include <cstring>

#include "operation.h"

namespace cttimeout::test {
namespace {

constexpr int pass_pidfd = 76;  // SO_PASSPIDFD, not in older headers

/// Two ends of something, moved to high numbers; closed at the end of the operation.
struct Pair {
  explicit Pair(Random& random) : Pair(random, {-1, -1}) {}
  Pair(Random& random, std::array<int, 2> opened) : ends(opened) {
    first = static_cast<int>(random.between(870, 900));
  }
  void move_up() {
    for (std::size_t i = 0; i < 2; ++i) {
      const int high = static_cast<int>(call(SYS_fcntl, ends[i], F_DUPFD_CLOEXEC, first));
      close(ends[i]);
      ends[i] = high;
    }
  }
  ~Pair() {
    close(ends[0]);
    close(ends[1]);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  std::array<int, 2> ends;
  int first = 0;
};

void use_pipe(World& world, Random& random) {
  Pair pair(random);
  if (pipe2(pair.ends.data(), O_CLOEXEC) != 0) return;
  pair.move_up();
  std::array<char, 16> room{};
  iovec part{.iov_base = room.data(), .iov_len = room.size()};
  world << show(call(SYS_write, pair.ends[1], "through a pipe", 14))
        << show(call(SYS_read, pair.ends[0], room.data(), 5))
        << show(call(SYS_readv, pair.ends[0], &part, 1)) << room.data()
        << show(call(SYS_recvfrom, pair.ends[0], room.data(), 1, 0, nullptr, nullptr))
        << show(call(SYS_ioctl, pair.ends[0], FIONREAD, &room));
}

/// One message with descriptors of `rights` or none, and what recvmsg made of it.
void pass(World& world, std::array<int, 2> ends, int rights, int flags) {
  std::array<char, 32> room{};
  iovec part{.iov_base = room.data(), .iov_len = room.size()};
  alignas(cmsghdr) std::array<char, 128> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (rights >= 0) {
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(sizeof rights);
    cmsghdr* head = CMSG_FIRSTHDR(&header);
    *head = {
        .cmsg_len = CMSG_LEN(sizeof rights), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    std::memcpy(CMSG_DATA(head), &rights, sizeof rights);
  }
  std::memcpy(room.data(), "message", 7);
  part.iov_len = 7;
  world << show(call(SYS_sendmsg, ends[0], &header, 0));
  part.iov_len = room.size();
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  const long result = call(SYS_recvmsg, ends[1], &header, flags);
  world << show(result) << header.msg_controllen << header.msg_flags;
  if (result < 0) return;
  for (cmsghdr* head = CMSG_FIRSTHDR(&header); head != nullptr; head = CMSG_NXTHDR(&header, head)) {
    world << head->cmsg_type << head->cmsg_len;
    if (head->cmsg_type != SCM_RIGHTS && head->cmsg_type != 4) continue;  // SCM_PIDFD
    int received = -1;
    std::memcpy(&received, CMSG_DATA(head), sizeof received);
    world << show(call(SYS_fcntl, received, F_GETFD));
    close(received);
  }
}

void use_unix(World& world, Random& random) {
  Pair pair(random);
  const int type = random.of<int>({SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET});
  if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair.ends.data()) != 0) return;
  pair.move_up();
  const timeval limit{.tv_sec = 0, .tv_usec = 2000};
  call(SYS_setsockopt, pair.ends[1], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  const int one = 1;
  if (random.chance(1, 3)) {
    world << show(call(SYS_setsockopt, pair.ends[1], SOL_SOCKET, SO_PASSCRED, &one, sizeof one));
  }
  if (random.chance(1, 3)) {
    world << show(call(SYS_setsockopt, pair.ends[1], SOL_SOCKET, pass_pidfd, &one, sizeof one));
  }
  const int rights = random.of<int>({-1, world.epoll(), world.any(random), pair.ends[0]});
  pass(world, pair.ends, rights, random.of<int>({0, MSG_DONTWAIT, MSG_CMSG_CLOEXEC}));
  std::array<char, 8> control{};
  msghdr header{};
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  world << show(call(SYS_recvmsg, pair.ends[1], &header, 0));
}

void use_udp(World& world, Random& random) {
  Pair pair(random);
  pair.ends = {socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
               socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  pair.move_up();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  world << show(call(SYS_bind, pair.ends[1], &address, size));
  call(SYS_getsockname, pair.ends[1], &address, &size);
  std::array<char, 32> room{};
  iovec part{.iov_base = room.data(), .iov_len = room.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  world << show(call(SYS_sendto, pair.ends[0], "datagram", 8, 0, &address, size))
        << show(call(SYS_recvmsg, pair.ends[1], &header, MSG_DONTWAIT)) << room.data()
        << show(call(SYS_recvmsg, pair.ends[1], &header, MSG_DONTWAIT));
}

/// Other netlink families are the kernel's.
void use_routing(World& world, Random& random) {
  const int routes = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  const int high =
      static_cast<int>(call(SYS_fcntl, routes, F_DUPFD_CLOEXEC, random.between(870, 900)));
  close(routes);
  struct {
    nlmsghdr header{
        .nlmsg_len = 20, .nlmsg_type = 18, .nlmsg_flags = 0x301, .nlmsg_seq = 1, .nlmsg_pid = 0};
    std::uint32_t family = 0;
  } request;
  std::array<char, 8192> room{};
  world << show(call(SYS_sendto, high, &request, sizeof request, 0, nullptr, 0))
        << (call(SYS_recvfrom, high, room.data(), room.size(), 0, nullptr, nullptr) > 16);
  close(high);
}

constexpr std::array kinds{
    Kind{"pipe", 8, use_pipe},
    Kind{"unix", 16, use_unix},
    Kind{"udp", 8, use_udp},
    Kind{"routing", 3, use_routing},
};

}  // namespace

std::span<const Kind> neighbour_kinds() {
  return kinds;
}

}  // namespace cttimeout::test
