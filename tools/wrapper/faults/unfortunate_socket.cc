// A socket whose calls go wrong as planned: FaultyTransport, between the program and the fake.
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "faults/misfortune.h"
#include "faults/passing_socket.h"

namespace cttimeout::wrapper {
namespace {

using std::chrono::milliseconds;

tl::unexpected<Error> failed(Errc what, int code) {
  return tl::unexpected(Error{.origin = Origin::transport, .what = what, .code = code});
}

/// The socket as FaultyTransport wants it. What a call has besides bytes is left here.
class SocketTransport final : public Transport {
 public:
  explicit SocketTransport(NetlinkSocket& socket) : socket_(socket) {}

  std::optional<NetlinkAddress> to;
  int flags = 0;
  ReceivedDatagram last{};  ///< that it has received

  Result<void> send(std::span<const std::byte> datagram) override {
    const auto sent = socket_.send(datagram, to, flags);
    if (!sent) return failed(Errc::not_sent, sent.error());
    return {};
  }

  Result<cttimeout::Received> receive(std::span<std::byte> buffer,
                                      milliseconds /*timeout*/) override {
    const auto received = socket_.receive(buffer, flags);
    if (!received && received.error() == EAGAIN) return failed(Errc::timed_out, EAGAIN);
    if (!received) return failed(Errc::receive_failed, received.error());
    last = *received;
    return cttimeout::Received{
        .size = last.copied, .sender = last.sender.port_id, .truncated = last.truncated};
  }

  std::uint32_t port_id() const override { return socket_.name().port_id; }

 private:
  NetlinkSocket& socket_;
};

class UnfortunateSocket final : public PassingSocket {
 public:
  UnfortunateSocket(std::unique_ptr<NetlinkSocket> socket, SocketId id, Misfortune& misfortune)
      : PassingSocket(std::move(socket)),
        id_(std::move(id)),
        misfortune_(misfortune),
        transport_(inner()),
        faulty_(transport_) {}

  SyscallResult<std::size_t> send(std::span<const std::byte> datagram,
                                  std::optional<NetlinkAddress> to, int flags) override {
    for (const auto& fault : misfortune_.befalling(Call::send, id_, faulty_.sends() + 1)) {
      faulty_.add(fault);
    }
    transport_.to = to;
    transport_.flags = flags;
    const auto sent = faulty_.send(datagram);
    misfortune_.look_at_allocations(id_);
    if (!sent) return tl::unexpected(sent.error().code);
    return datagram.size();
  }

  SyscallResult<ReceivedDatagram> receive(std::span<std::byte> buffer, int flags) override {
    const auto aside = faulty_.aside();
    if ((flags & MSG_PEEK) != 0)
      return aside ? look(*aside, buffer) : inner().receive(buffer, flags);
    const bool waits = (poll() & (POLLIN | POLLERR)) == 0 && !faulty_.gone();
    if (waits) return inner().receive(buffer, flags);
    const auto plan = misfortune_.befalling(Call::receive, id_, faulty_.receives() + 1);
    auto received = plan.empty() && !aside && !faulty_.gone() ? inner().receive(buffer, flags)
                                                              : receive_faulty(plan, buffer, flags);
    misfortune_.look_at_allocations(id_);
    return received;
  }

  short poll() const override {
    return static_cast<short>(PassingSocket::poll() | (faulty_.aside() ? POLLIN : 0));
  }

 private:
  SyscallResult<ReceivedDatagram> receive_faulty(const FaultPlan& plan, std::span<std::byte> buffer,
                                                 int flags) {
    for (const auto& fault : plan) faulty_.add(fault);
    transport_.flags = flags;
    const auto received = faulty_.receive(buffer, milliseconds(0));
    if (!received) {
      const bool nothing = received.error().what == Errc::timed_out;
      return tl::unexpected(nothing ? EAGAIN : received.error().code);
    }
    ReceivedDatagram result = transport_.last;
    result.returned = result.copied = received->size;
    result.sender.port_id = received->sender;
    result.truncated = received->truncated;
    return result;
  }

  SyscallResult<ReceivedDatagram> look(std::span<const std::byte> datagram,
                                       std::span<std::byte> buffer) const {
    ReceivedDatagram result = transport_.last;
    result.returned = result.copied = std::min(datagram.size(), buffer.size());
    result.truncated = result.copied < datagram.size();
    std::copy_n(datagram.begin(), result.copied, buffer.begin());
    return result;
  }

  const SocketId id_;
  Misfortune& misfortune_;
  SocketTransport transport_;
  FaultyTransport faulty_;
};

}  // namespace

std::unique_ptr<NetlinkSocket> unfortunate(std::unique_ptr<NetlinkSocket> inner, SocketId id,
                                           Misfortune& misfortune) {
  return std::make_unique<UnfortunateSocket>(std::move(inner), std::move(id), misfortune);
}

}  // namespace cttimeout::wrapper
