// Delivery: what one call did to its socket, kept until the caller has the reply.
#pragma once

#include <deque>
#include <vector>

#include "cttimeout/forwarding_socket.h"

namespace cttimeout::tools::wrapper {

/// A datagram that a call has sent, and what that returned.
struct SentDatagram {
  std::vector<std::byte> bytes;
  SyscallResult<std::size_t> result;
};
using SentDatagrams = std::deque<SentDatagram>;

/// A signal may take a caller away after its call has had its effect and before it has the reply.
/// It then makes the call anew, or fails with EINTR and usually tries again. So that nothing is
/// lost and nothing happens twice, what it received goes back to the front of the queue, and what
/// it sent is not sent again.
class Delivery final : public ForwardingSocket {
 public:
  using ForwardingSocket::ForwardingSocket;

  SyscallResult<std::size_t> send(std::span<const std::byte> datagram,
                                  std::optional<NetlinkAddress> to, int flags) override;
  SyscallResult<ReceivedDatagram> receive(std::span<std::byte> buffer, int flags) override;
  void set_error(int error) override;
  [[nodiscard]] short poll() const override;

  /// The call that begins repeats one whose reply was not delivered: datagrams that it sends as
  /// that one did are not sent again.
  void repeat(SentDatagrams sent) { again_ = std::move(sent); }
  /// The call has ended, and the caller has its reply.
  void delivered();
  /// The call has ended, and its caller was gone. Returns what it sent.
  [[nodiscard]] SentDatagrams undelivered();

 private:
  struct Taken {
    SyscallResult<ReceivedDatagram> result;
    std::vector<std::byte> bytes;
  };

  SyscallResult<ReceivedDatagram> take_returned(std::span<std::byte> buffer, int flags);

  SentDatagrams again_;         // that the present call need not send
  SentDatagrams sent_;          // by the present call
  std::deque<Taken> taken_;     // by the present call
  std::deque<Taken> returned_;  // to be received first
};

}  // namespace cttimeout::tools::wrapper
