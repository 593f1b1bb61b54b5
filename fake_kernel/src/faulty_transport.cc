// FaultyTransport: a FaultySocket between two Transports.

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>

#include "cttimeout/faults.h"

namespace cttimeout {

namespace {

using std::chrono::milliseconds;

/// `waited` and one more wait of `timeout`: below 0 it is none, an endless one ends the count at
/// the largest value.
milliseconds add_wait(milliseconds waited, milliseconds timeout) {
  const milliseconds more = std::max(timeout, milliseconds::zero());
  return more > milliseconds::max() - waited ? milliseconds::max() : waited + more;
}

}  // namespace

/// The inner transport as a FaultySocket sees it. There is always something to receive: the
/// transport itself waits.
class FaultyTransport::TransportSocket final : public NetlinkSocket {
 public:
  explicit TransportSocket(Transport& transport) : transport_(transport) {}

  milliseconds timeout{0};          ///< of the next receive
  std::optional<Error> error = {};  ///< of the last call, if that failed

  SyscallResult<std::size_t> send(std::span<const std::byte> datagram,
                                  std::optional<NetlinkAddress> /*to*/, int /*flags*/) override {
    const auto sent = transport_.send(datagram);
    if (!sent) return fail(sent.error());
    error.reset();
    return datagram.size();
  }

  SyscallResult<ReceivedDatagram> receive(std::span<std::byte> buffer, int flags) override {
    const bool waits = (flags & MSG_DONTWAIT) == 0;
    const auto received = transport_.receive(buffer, waits ? timeout : milliseconds(0));
    if (!received) return fail(received.error());
    error.reset();
    const std::size_t size = std::min(received->size, buffer.size());  // T3, for any transport
    return ReceivedDatagram{.returned = size + (received->truncated ? 1 : 0),
                            .copied = size,
                            .truncated = received->truncated,
                            .sender = {.port_id = received->sender}};
  }

  SyscallResult<void> bind(NetlinkAddress /*address*/) override { return {}; }
  SyscallResult<void> connect(NetlinkAddress /*address*/) override { return {}; }
  NetlinkAddress name() const override { return {.port_id = transport_.port_id()}; }
  NetlinkAddress peer() const override { return {}; }
  SyscallResult<void> set_option(int, int, std::span<const std::byte>) override {
    return tl::unexpected(ENOPROTOOPT);
  }
  SyscallResult<std::size_t> get_option(int, int, std::span<std::byte>) override {
    return tl::unexpected(ENOPROTOOPT);
  }
  std::uint32_t hz() const override { return transport_.hz(); }
  std::size_t receive_buffer() const override { return transport_.receive_buffer(); }
  short poll() const override { return POLLIN | POLLOUT; }
  SocketMemory memory() const override { return {}; }

 private:
  tl::unexpected<int> fail(const Error& failure) {
    error = failure;
    return tl::unexpected(failure.what == Errc::timed_out ? EAGAIN : failure.code);
  }

  Transport& transport_;
};

FaultyTransport::FaultyTransport(Transport& inner, const FaultPlan& plan)
    : FaultyTransport(inner, std::make_unique<TransportSocket>(inner), plan) {}

FaultyTransport::FaultyTransport(Transport& inner, std::unique_ptr<TransportSocket> below,
                                 const FaultPlan& plan)
    : inner_(inner), below_(*below), faulty_(std::move(below), plan) {}

/// What the inner transport said, else what was injected.
Error FaultyTransport::error(Errc what, int code) const {
  return below_.error.value_or(Error{.origin = Origin::transport, .what = what, .code = code});
}

Result<void> FaultyTransport::send(std::span<const std::byte> datagram) {
  below_.error.reset();
  const auto sent = faulty_.send(datagram, {}, 0);
  if (!sent) return tl::unexpected(error(Errc::not_sent, sent.error()));
  return {};
}

Result<Received> FaultyTransport::receive(std::span<std::byte> buffer, milliseconds timeout) {
  below_.error.reset();
  below_.timeout = timeout;
  const auto received = faulty_.receive(buffer, 0);
  if (!received && faulty_.failed_by() == Fault::delayed) {
    waited_ = add_wait(waited_, timeout);
    return tl::unexpected(error(Errc::timed_out, 0));
  }
  if (!received) return tl::unexpected(error(Errc::receive_failed, received.error()));
  return Received{.size = received->copied,
                  .sender = received->sender.port_id,
                  .truncated = received->truncated};
}

}  // namespace cttimeout
