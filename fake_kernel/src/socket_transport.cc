// A Transport on a NetlinkSocket, above all of a FakeKernel.

#include "cttimeout/socket_transport.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <array>
#include <bit>
#include <cerrno>

namespace cttimeout {

SocketTransport::SocketTransport(std::unique_ptr<NetlinkSocket> socket)
    : socket_(std::move(socket)) {
  const auto on = std::bit_cast<std::array<std::byte, sizeof(int)>>(1);
  // A fresh socket can always be bound and knows the option.
  (void)socket_->bind({});
  (void)socket_->set_option(SOL_NETLINK, NETLINK_EXT_ACK, on);
}

Result<void> SocketTransport::send(std::span<const std::byte> datagram) {
  const auto sent = socket_->send(datagram, NetlinkAddress{});
  if (sent) return {};
  return tl::unexpected(
      Error{.origin = Origin::transport, .what = Errc::not_sent, .code = sent.error()});
}

Result<Received> SocketTransport::receive(std::span<std::byte> buffer,
                                          std::chrono::milliseconds timeout) {
  auto received = socket_->receive(buffer, MSG_DONTWAIT);
  if (!received && received.error() == EAGAIN && socket_->wait(timeout)) {
    received = socket_->receive(buffer, MSG_DONTWAIT);
  }
  if (received) {
    return Received{.size = received->copied,
                    .sender = received->sender.port_id,
                    .truncated = received->truncated};
  }
  Error error{.origin = Origin::transport, .what = Errc::timed_out};
  if (received.error() != EAGAIN) {
    error.what = Errc::receive_failed;
    error.code = received.error();
  }
  return tl::unexpected(error);
}

std::uint32_t SocketTransport::port_id() const {
  return socket_->name().port_id;
}

}  // namespace cttimeout
