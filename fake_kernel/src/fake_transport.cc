// A Transport on a FakeKernel socket. Time is virtual: waiting costs none, it is only counted.

#include "cttimeout/fake_transport.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <array>
#include <bit>
#include <cerrno>

#include "virtual_time.h"

namespace cttimeout {

FakeTransport::FakeTransport(std::unique_ptr<NetlinkSocket> socket) : socket_(std::move(socket)) {
  const auto on = std::bit_cast<std::array<std::byte, sizeof(int)>>(1);
  // A fresh socket can always be bound and knows the option.
  (void)socket_->bind({});
  (void)socket_->set_option(SOL_NETLINK, NETLINK_EXT_ACK, on);
}

Result<void> FakeTransport::send(std::span<const std::byte> datagram) {
  const auto sent = socket_->send(datagram, NetlinkAddress{});
  if (sent) return {};
  return tl::unexpected(
      Error{.origin = Origin::transport, .what = Errc::not_sent, .code = sent.error()});
}

Result<Received> FakeTransport::receive(std::span<std::byte> buffer,
                                        std::chrono::milliseconds timeout) {
  const auto received = socket_->receive(buffer, MSG_DONTWAIT);
  if (received) {
    return Received{.size = received->copied,
                    .sender = received->sender.port_id,
                    .truncated = received->truncated};
  }
  if (received.error() != EAGAIN) {
    return tl::unexpected(
        Error{.origin = Origin::transport, .what = Errc::receive_failed, .code = received.error()});
  }
  // Whatever the peer had to say was queued inside send: nothing can come while we wait.
  waited_ = add_wait(waited_, timeout);
  return tl::unexpected(Error{.origin = Origin::transport, .what = Errc::timed_out});
}

std::uint32_t FakeTransport::port_id() const {
  return socket_->name().port_id;
}

}  // namespace cttimeout
