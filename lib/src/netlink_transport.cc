// The real socket: libmnl opens and sends; receiving uses the descriptor, because
// mnl_socket_recvfrom hides the sender and turns truncation into an error.
//
// This is the only file of the library that reads errno.

#include "cttimeout/netlink_transport.h"

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <new>

namespace cttimeout {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct CloseSocket {
  void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};
using SocketPtr = std::unique_ptr<mnl_socket, CloseSocket>;

tl::unexpected<Error> failed(Errc what, std::string_view call) {
  return tl::unexpected(
      Error{.origin = Origin::transport, .what = what, .code = errno, .detail = call});
}

/// When a wait of `timeout` from now is over. One that the clock cannot hold ends with the clock,
/// which is never.
steady_clock::time_point deadline_after(milliseconds timeout) {
  const auto now = steady_clock::now();
  const auto longest = std::chrono::floor<milliseconds>(steady_clock::time_point::max() - now);
  return now + std::clamp(timeout, milliseconds::zero(), longest);
}

class NetlinkTransport final : public Transport {
 public:
  explicit NetlinkTransport(SocketPtr socket) : socket_(std::move(socket)) {}

  Result<void> send(std::span<const std::byte> datagram) override {
    while (mnl_socket_sendto(socket_.get(), datagram.data(), datagram.size()) < 0) {
      if (errno != EINTR) return failed(Errc::not_sent, "sendto");
    }
    return {};
  }

  Result<Received> receive(std::span<std::byte> buffer, milliseconds timeout) override {
    // The kernel answers inside send, so the datagram is nearly always there already.
    const auto deadline = deadline_after(timeout);
    for (;;) {
      iovec part{.iov_base = buffer.data(), .iov_len = buffer.size()};
      sockaddr_nl sender{};
      msghdr message{};
      message.msg_name = &sender;
      message.msg_namelen = sizeof sender;
      message.msg_iov = &part;
      message.msg_iovlen = 1;
      const ssize_t size = recvmsg(mnl_socket_get_fd(socket_.get()), &message, MSG_DONTWAIT);
      if (size >= 0) {
        return Received{.size = static_cast<std::size_t>(size),
                        .sender = sender.nl_pid,
                        .truncated = (message.msg_flags & MSG_TRUNC) != 0};
      }
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return failed(Errc::receive_failed, "recvmsg");
      if (const Result<void> waited = wait(deadline); !waited) {
        return tl::unexpected(waited.error());
      }
    }
  }

  std::uint32_t port_id() const override { return mnl_socket_get_portid(socket_.get()); }

  std::uint32_t hz() const override { return kernel_hz(); }

  std::size_t receive_buffer() const override {
    int size = 0;
    socklen_t length = sizeof size;
    (void)mnl_socket_getsockopt(socket_.get(), SO_RCVBUF, &size, &length);
    return static_cast<std::size_t>(size);
  }

 private:
  /// Returns when there is something to receive or a signal came; fails at the deadline.
  Result<void> wait(steady_clock::time_point deadline) {
    const auto rest = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    if (rest <= milliseconds::zero()) {
      return tl::unexpected(Error{.origin = Origin::transport, .what = Errc::timed_out});
    }
    constexpr milliseconds longest{std::numeric_limits<int>::max()};
    pollfd descriptor{.fd = mnl_socket_get_fd(socket_.get()), .events = POLLIN, .revents = 0};
    const int ready = poll(&descriptor, 1, static_cast<int>(std::min(rest, longest).count()));
    if (ready < 0 && errno != EINTR) return failed(Errc::receive_failed, "poll");
    return {};
  }

  SocketPtr socket_;
};

}  // namespace

Result<std::unique_ptr<Transport>> open_netlink() {
  SocketPtr socket(mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC));
  if (socket == nullptr) return failed(Errc::open_failed, "socket");
  int on = 1;
  if (mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
    return failed(Errc::open_failed, "bind");
  }
  if (mnl_socket_setsockopt(socket.get(), NETLINK_EXT_ACK, &on, sizeof on) < 0) {
    return failed(Errc::open_failed, "setsockopt NETLINK_EXT_ACK");
  }
  std::unique_ptr<Transport> transport(new (std::nothrow) NetlinkTransport(std::move(socket)));
  if (transport == nullptr) {
    errno = ENOMEM;  // new itself need not set it
    return failed(Errc::open_failed, "new");
  }
  return transport;
}

}  // namespace cttimeout
