// RealSocket: a NetlinkSocket that is one, by plain system calls.
#pragma once

#include <memory>

#include "cttimeout/netlink_socket.h"
#include "support/network_namespace.h"

namespace cttimeout::test {

/// A non-blocking raw NETLINK_NETFILTER socket.
class RealSocket final : public NetlinkSocket {
 public:
  /// Opens it in `where`; or the errno.
  [[nodiscard]] static SyscallResult<std::unique_ptr<RealSocket>> open(
      std::shared_ptr<const NetworkNamespace> where);
  ~RealSocket() override;

  SyscallResult<void> bind(NetlinkAddress address) override;
  SyscallResult<void> connect(NetlinkAddress address) override;
  [[nodiscard]] NetlinkAddress name() const override;
  [[nodiscard]] NetlinkAddress peer() const override;
  SyscallResult<std::size_t> send(std::span<const std::byte> datagram,
                                  std::optional<NetlinkAddress> to, int flags) override;
  SyscallResult<ReceivedDatagram> receive(std::span<std::byte> buffer, int flags) override;
  SyscallResult<void> set_option(int level, int option, std::span<const std::byte> value) override;
  SyscallResult<std::size_t> get_option(int level, int option, std::span<std::byte> value) override;
  [[nodiscard]] std::uint32_t hz() const override;
  [[nodiscard]] std::size_t receive_buffer() const override;
  [[nodiscard]] short poll() const override;
  [[nodiscard]] SocketMemory memory() const override;

 private:
  RealSocket(int descriptor, std::shared_ptr<const NetworkNamespace> where)
      : descriptor_(descriptor), where_(std::move(where)) {}

  int descriptor_;
  std::shared_ptr<const NetworkNamespace> where_;
};

}  // namespace cttimeout::test
