// A Transport on a FakeKernel socket. Time is virtual: waiting costs none, it is only counted.
#pragma once

#include <chrono>
#include <memory>

#include "cttimeout/netlink_socket.h"
#include "cttimeout/transport.h"

namespace cttimeout {

/// Set up as open_netlink() sets up a real socket: bound, with extended acks.
class FakeTransport final : public Transport {
 public:
  explicit FakeTransport(std::unique_ptr<NetlinkSocket> socket);

  [[nodiscard]] Result<void> send(std::span<const std::byte> datagram) override;
  [[nodiscard]] Result<Received> receive(std::span<std::byte> buffer,
                                         std::chrono::milliseconds timeout) override;
  [[nodiscard]] std::uint32_t port_id() const override;

  /// The socket below, for options and for what a Transport does not show.
  [[nodiscard]] NetlinkSocket& socket() { return *socket_; }
  /// Virtual time spent waiting for datagrams that did not come; milliseconds::max() once a wait
  /// would have been endless.
  [[nodiscard]] std::chrono::milliseconds waited() const { return waited_; }

 private:
  std::unique_ptr<NetlinkSocket> socket_;
  std::chrono::milliseconds waited_{0};
};

}  // namespace cttimeout
