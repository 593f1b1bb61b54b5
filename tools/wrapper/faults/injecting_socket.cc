// A socket whose calls fail as was asked for on the command line, by a FaultySocket below it.
#include <poll.h>
#include <sys/socket.h>

#include "faults/fault_injection.h"

namespace cttimeout::tools::wrapper {
namespace {

class InjectingSocket final : public ForwardingSocket {
 public:
  InjectingSocket(std::unique_ptr<FaultySocket> socket, SocketId id, FaultInjection& injection)
      : ForwardingSocket(std::move(socket)),
        id_(std::move(id)),
        injection_(injection),
        faulty_(static_cast<FaultySocket&>(inner())) {}

  SyscallResult<std::size_t> send(std::span<const std::byte> datagram,
                                  std::optional<NetlinkAddress> to, int flags) override {
    plan(Direction::send, faulty_.sends() + 1);
    const auto sent = faulty_.send(datagram, to, flags);
    injection_.look_at_allocations(id_);
    return sent;
  }

  SyscallResult<ReceivedDatagram> receive(std::span<std::byte> buffer, int flags) override {
    const bool finds = (poll() & (POLLIN | POLLERR)) != 0;
    if (finds && (flags & MSG_PEEK) == 0) plan(Direction::receive, faulty_.receives() + 1);
    const auto received = faulty_.receive(buffer, flags);
    injection_.look_at_allocations(id_);
    return received;
  }

 private:
  void plan(Direction direction, std::uint64_t number) {
    for (const PlannedFault& fault : injection_.next_call(direction, id_, number)) {
      faulty_.add(fault);
    }
  }

  const SocketId id_;
  FaultInjection& injection_;
  FaultySocket& faulty_;
};

}  // namespace

std::unique_ptr<NetlinkSocket> with_faults(std::unique_ptr<NetlinkSocket> inner, SocketId id,
                                           FaultInjection& injection) {
  return std::make_unique<InjectingSocket>(std::make_unique<FaultySocket>(std::move(inner)),
                                           std::move(id), injection);
}

}  // namespace cttimeout::tools::wrapper
