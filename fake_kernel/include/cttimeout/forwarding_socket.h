// A NetlinkSocket that forwards every call to another: a base for those that change or watch some.
#pragma once

#include <memory>
#include <utility>

#include "cttimeout/netlink_socket.h"

namespace cttimeout {

/// It owns the other one.
class ForwardingSocket : public NetlinkSocket {
 public:
  /// Owns the socket below.
  explicit ForwardingSocket(std::unique_ptr<NetlinkSocket> inner) : inner_(std::move(inner)) {}

  SyscallResult<void> prepare_send(std::size_t size, std::optional<NetlinkAddress> to,
                                   int flags) override {
    return inner_->prepare_send(size, to, flags);
  }
  bool wait(std::chrono::milliseconds timeout) override { return inner_->wait(timeout); }
  void set_sender(const Credentials& sender) override { inner_->set_sender(sender); }
  void set_error(int error) override { inner_->set_error(error); }
  SyscallResult<std::size_t> send(std::span<const std::byte> datagram,
                                  std::optional<NetlinkAddress> to, int flags) override {
    return inner_->send(datagram, to, flags);
  }
  SyscallResult<ReceivedDatagram> receive(std::span<std::byte> buffer, int flags) override {
    return inner_->receive(buffer, flags);
  }
  SyscallResult<void> bind(NetlinkAddress address) override { return inner_->bind(address); }
  SyscallResult<void> connect(NetlinkAddress address) override { return inner_->connect(address); }
  NetlinkAddress name() const override { return inner_->name(); }
  NetlinkAddress peer() const override { return inner_->peer(); }
  SyscallResult<void> set_option(int level, int option, std::span<const std::byte> value) override {
    return inner_->set_option(level, option, value);
  }
  SyscallResult<std::size_t> get_option(int level, int option,
                                        std::span<std::byte> value) override {
    return inner_->get_option(level, option, value);
  }
  std::uint32_t hz() const override { return inner_->hz(); }
  std::size_t receive_buffer() const override { return inner_->receive_buffer(); }
  short poll() const override { return inner_->poll(); }
  SocketMemory memory() const override { return inner_->memory(); }

 protected:
  /// The socket below.
  [[nodiscard]] NetlinkSocket& inner() { return *inner_; }

 private:
  const std::unique_ptr<NetlinkSocket> inner_;
};

}  // namespace cttimeout
