// A socket that writes down what is done with another one, and what comes of it.
#pragma once

#include <memory>
#include <string>

#include "cttimeout/netlink_socket.h"
#include "support/recorder.h"

namespace cttimeout::test {

class RecordingSocket final : public NetlinkSocket {
 public:
  RecordingSocket(std::unique_ptr<NetlinkSocket> inner, std::shared_ptr<Recorder> recorder);
  ~RecordingSocket() override;

  SyscallResult<void> bind(NetlinkAddress address) override;
  SyscallResult<void> connect(NetlinkAddress address) override;
  [[nodiscard]] NetlinkAddress name() const override;
  [[nodiscard]] NetlinkAddress peer() const override;
  SyscallResult<std::size_t> send(std::span<const std::byte> datagram,
                                  std::optional<NetlinkAddress> to, int flags) override;
  SyscallResult<ReceivedDatagram> receive(std::span<std::byte> buffer, int flags) override;
  SyscallResult<void> set_option(int level, int option, std::span<const std::byte> value) override;
  SyscallResult<std::size_t> get_option(int level, int option, std::span<std::byte> value) override;
  [[nodiscard]] std::uint32_t hz() const override { return inner_->hz(); }
  [[nodiscard]] std::size_t receive_buffer() const override { return inner_->receive_buffer(); }
  [[nodiscard]] short poll() const override;
  [[nodiscard]] SocketMemory memory() const override;

 private:
  std::string rebound();

  std::unique_ptr<NetlinkSocket> inner_;
  std::shared_ptr<Recorder> recorder_;
  std::string label_;
  std::uint32_t port_id_ = 0;
  std::uint32_t asked_port_id_ = 0;  // by the last bind
};

}  // namespace cttimeout::test
