// A socket that shows what passes through it.
#include "instruments/tap.h"

#include <sys/socket.h>

#include <cerrno>

#include "cttimeout/forwarding_socket.h"

namespace cttimeout::tools::wrapper {
namespace {

class TappedSocket final : public ForwardingSocket {
 public:
  TappedSocket(std::unique_ptr<NetlinkSocket> socket, SocketId id, const Taps& taps)
      : ForwardingSocket(std::move(socket)), id_(std::move(id)), taps_(taps) {}
  ~TappedSocket() override {
    for (const auto& tap : taps_) tap->closed(id_);
  }

  SyscallResult<std::size_t> send(std::span<const std::byte> datagram,
                                  std::optional<NetlinkAddress> to, int flags) override {
    const auto size = inner().send(datagram, to, flags);
    if (!size) return size;
    for (const auto& tap : taps_) tap->sent(id_, {.bytes = datagram, .to = to.value_or(peer())});
    return size;
  }

  SyscallResult<ReceivedDatagram> receive(std::span<std::byte> buffer, int flags) override {
    const auto result = inner().receive(buffer, flags);
    if (!result && result.error() == EAGAIN) return result;
    Received received{.buffer_size = buffer.size(), .peeked = (flags & MSG_PEEK) != 0};
    if (result) {
      received.bytes = buffer.first(result->copied);
      received.from = result->sender;
      received.truncated = result->truncated;
    } else {
      received.error = result.error();
    }
    for (const auto& tap : taps_) tap->received(id_, received);
    return result;
  }

 private:
  const SocketId id_;
  const Taps& taps_;
};

}  // namespace

std::string SocketId::text() const {
  return std::to_string(process_id) + '/' + std::to_string(number);
}

std::unique_ptr<NetlinkSocket> tapped(std::unique_ptr<NetlinkSocket> inner, SocketId id,
                                      const Taps& taps) {
  if (taps.empty()) return inner;
  return std::make_unique<TappedSocket>(std::move(inner), std::move(id), taps);
}

}  // namespace cttimeout::tools::wrapper
