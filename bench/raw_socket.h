// A netlink socket with nothing around its system calls: the limit on a real kernel.
#pragma once

#include "cttimeout/netlink_transport.h"
#include "cttimeout/transport.h"

namespace cttimeout::bench {

/// Waits for nobody: the kernel has answered when send() returns.
class RawSocket final : public Transport {
 public:
  RawSocket();
  ~RawSocket() override;

  [[nodiscard]] Result<void> send(std::span<const std::byte> datagram) override;
  [[nodiscard]] Result<Received> receive(std::span<std::byte> buffer,
                                         std::chrono::milliseconds timeout) override;
  [[nodiscard]] std::uint32_t port_id() const override { return 0; }
  std::uint32_t hz() const override { return kernel_hz(); }
  std::size_t receive_buffer() const override { return 212'992; }

 private:
  int descriptor_;
};

}  // namespace cttimeout::bench
