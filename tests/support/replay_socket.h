// A socket that answers from a recording.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cttimeout/netlink_socket.h"
#include "support/script.h"

namespace cttimeout::test {

class ReplaySocket final : public NetlinkSocket {
 public:
  explicit ReplaySocket(std::shared_ptr<Script> script);
  ~ReplaySocket() override;

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
  std::string_view take(const std::string& operation);
  /// What a recv result tells beside the datagram.
  void read_ancillary(const std::vector<std::string_view>& words, ReceivedDatagram& received) const;

  std::shared_ptr<Script> script_;
  std::string label_;
  std::uint32_t port_id_ = 0;
};

}  // namespace cttimeout::test
