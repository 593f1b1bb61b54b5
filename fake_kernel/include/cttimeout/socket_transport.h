// A Transport on a NetlinkSocket, above all of a FakeKernel.
#pragma once

#include <chrono>
#include <memory>

#include "cttimeout/netlink_socket.h"
#include "cttimeout/transport.h"

namespace cttimeout {

/// Set up as open_netlink() sets up a real socket: bound, with extended acks. It waits by
/// NetlinkSocket::wait, which moves the clock of a FakeKernel and takes no time.
class SocketTransport final : public Transport {
 public:
  /// Owns the socket.
  explicit SocketTransport(std::unique_ptr<NetlinkSocket> socket);

  [[nodiscard]] Result<void> send(std::span<const std::byte> datagram) override;
  [[nodiscard]] Result<Received> receive(std::span<std::byte> buffer,
                                         std::chrono::milliseconds timeout) override;
  [[nodiscard]] std::uint32_t port_id() const override;
  [[nodiscard]] std::uint32_t hz() const override { return socket_->hz(); }
  [[nodiscard]] std::size_t receive_buffer() const override { return socket_->receive_buffer(); }

  /// The socket below, for options and for what a Transport does not show.
  [[nodiscard]] NetlinkSocket& socket() { return *socket_; }

 private:
  std::unique_ptr<NetlinkSocket> socket_;
};

}  // namespace cttimeout
