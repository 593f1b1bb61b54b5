// A netlink socket with nothing around its system calls: the limit on a real kernel.
#include "raw_socket.h"

#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace cttimeout::bench {
namespace {

tl::unexpected<Error> failed(Errc what) {
  return tl::unexpected(Error{.origin = Origin::transport, .what = what, .code = errno});
}

}  // namespace

RawSocket::RawSocket()
    : descriptor_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER)) {
  const sockaddr_nl kernel{.nl_family = AF_NETLINK, .nl_pad = 0, .nl_pid = 0, .nl_groups = 0};
  connect(descriptor_, reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel);
}

RawSocket::~RawSocket() {
  close(descriptor_);
}

Result<void> RawSocket::send(std::span<const std::byte> datagram) {
  if (::send(descriptor_, datagram.data(), datagram.size(), 0) < 0) return failed(Errc::not_sent);
  return {};
}

Result<Received> RawSocket::receive(std::span<std::byte> buffer,
                                    std::chrono::milliseconds /*timeout*/) {
  const ssize_t size = recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size < 0) return failed(errno == EAGAIN ? Errc::timed_out : Errc::receive_failed);
  return Received{.size = static_cast<std::size_t>(size), .sender = 0, .truncated = false};
}

}  // namespace cttimeout::bench
