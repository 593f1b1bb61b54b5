// The sockets of the fake that programs have open, and how their descriptors look to poll().
#include "calls/served_sockets.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace cttimeout::tools::wrapper {
namespace {

/// 0 if there is none: the descriptor is no socket.
std::uint64_t cookie_of(const Descriptor& descriptor) {
  std::uint64_t cookie = 0;
  socklen_t size = sizeof cookie;
  getsockopt(descriptor.number(), SOL_SOCKET, SO_COOKIE, &cookie, &size);
  return cookie;
}

}  // namespace

SyscallResult<Descriptor> ServedSockets::add(FakeKernel& kernel, SocketId id,
                                             std::unique_ptr<NetlinkSocket> netlink, int type,
                                             bool nonblocking) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return tl::unexpected(errno);
  }
  Descriptor programs(ends[0]);
  Descriptor ours(ends[1]);
  if (nonblocking) fcntl(programs.number(), F_SETFL, O_RDWR | O_NONBLOCK);
  const std::uint32_t number = id.number;
  opened_ = number;
  if (!events_.watch(ours.number(), EPOLLRDHUP | EPOLLONESHOT, Events::Source::socket, number)) {
    return tl::unexpected(errno);
  }
  const std::uint64_t cookie = cookie_of(programs);
  auto delivery = std::make_unique<Delivery>(std::move(netlink));
  numbers_.emplace(cookie, number);
  sockets_.emplace(number, ServedSocket{.id = std::move(id),
                                        .kernel = kernel,
                                        .netlink = std::move(delivery),
                                        .end = std::move(ours),
                                        .type = type,
                                        .cookie = cookie});
  return programs;
}

void ServedSockets::remove(std::uint32_t number) {
  const auto found = sockets_.find(number);
  if (found == sockets_.end()) return;
  above_.clear();
  numbers_.erase(found->second.cookie);
  sockets_.erase(found);
}

ServedSocket* ServedSockets::find(std::uint32_t number) {
  const auto found = sockets_.find(number);
  return found == sockets_.end() ? nullptr : &found->second;
}

ServedSocket* ServedSockets::of_descriptor(const Descriptor& descriptor) {
  const auto number = numbers_.find(cookie_of(descriptor));
  return number == numbers_.end() ? nullptr : find(number->second);
}

unsigned ServedSockets::lowest_free(pid_t thread, DescriptorRange range) const {
  const auto found = above_.find(thread);
  return found == above_.end() ? range.first : found->second;
}

void show_readable(ServedSocket& socket, const Descriptor& copy, bool arrived) {
  const bool readable = (socket.netlink->poll() & (POLLIN | POLLERR)) != 0;
  char token = 0;
  if (readable && (!socket.readable() || arrived)) {
    const ssize_t sent =
        send(socket.end.number(), &token, sizeof token, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent == sizeof token) ++socket.tokens;
  }
  for (; !readable && copy && socket.readable(); --socket.tokens) {
    recv(copy.number(), &token, sizeof token, MSG_DONTWAIT);
  }
}

}  // namespace cttimeout::tools::wrapper
