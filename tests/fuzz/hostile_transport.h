// A Transport that lies: what a Client is given in place of its replies, as an input says.
#pragma once

#include <algorithm>

#include "cttimeout/fake_kernel.h"
#include "records.h"
#include "support/messages.h"

namespace cttimeout::test {

/// What a record brings, by its kind modulo `kinds`.
enum class Trick : std::uint8_t {
  answer,       // the next datagram of the true answer
  reply_too,    // the same, so that it is not rare
  forged,       // `bytes`, made to look like a reply to this request
  as_it_is,     // `bytes`
  stranger,     // `bytes`, from another port id
  truncated,    // `bytes` that look like a reply, the rest of it lost
  failure,      // errno `number`
  timeout,      // nothing
  refuse_send,  // nothing, and the next send fails
  kinds,
};

/// Between a Client and a fake kernel: gives out answers, true or not, as the input says. Once it
/// has ended, all replies are true.
class HostileTransport final : public Transport {
 public:
  HostileTransport(SocketTransport& kernel, View script) : kernel_(kernel), script_(script) {}

  Result<void> send(std::span<const std::byte> datagram) override {
    if (refuse_send_) {
      refuse_send_ = false;
      return tl::unexpected(Error{.origin = Origin::transport, .what = Errc::not_sent});
    }
    first_sequence_ = read32(datagram, 8);
    for_each_message(datagram, [&](std::size_t at) { sequence_ = read32(datagram, at + 8); });
    return kernel_.send(datagram);
  }

  Result<Received> receive(std::span<std::byte> buffer,
                           std::chrono::milliseconds timeout) override {
    const auto record = script_.next();
    script_ended_ = !record;
    if (!record) return watched(buffer, kernel_.receive(buffer, timeout));
    const std::size_t size = std::min(buffer.size(), record->bytes.size());
    std::copy_n(record->bytes.begin(), size, buffer.begin());
    Received received{.size = size, .sender = 0, .truncated = false};
    switch (Trick{static_cast<std::uint8_t>(record->kind % std::uint8_t(Trick::kinds))}) {
      case Trick::answer:
      case Trick::reply_too:
        return watched(buffer, kernel_.receive(buffer, timeout));
      case Trick::forged:
        forge(buffer.first(size));
        return watched(buffer, received);
      case Trick::as_it_is:
        return watched(buffer, received);
      case Trick::stranger:
        received.sender = record->number + 1U;
        return received;
      case Trick::truncated:
        forge(buffer.first(size));
        received.truncated = true;
        return received;
      case Trick::failure:
        return failed(Errc::receive_failed, record->number);
      case Trick::refuse_send:
        refuse_send_ = true;
        [[fallthrough]];
      default:
        return failed(Errc::timed_out, 0);
    }
  }

  std::uint32_t port_id() const override { return kernel_.port_id(); }
  std::uint32_t hz() const override { return kernel_.hz(); }
  std::size_t receive_buffer() const override { return kernel_.receive_buffer(); }

  /// From here on every reply is true.
  void end_script() {
    script_ = RecordReader({});
    refuse_send_ = false;
  }
  [[nodiscard]] bool script_ended() const { return script_ended_; }
  /// Forgets what came for earlier operations.
  void begin_operation() { believable_ = false; }
  /// Whether a message came that says that it answers one of this operation's requests.
  [[nodiscard]] bool believable() const { return believable_; }

 private:
  static tl::unexpected<Error> failed(Errc what, int code) {
    return tl::unexpected(Error{.origin = Origin::transport, .what = what, .code = code});
  }

  /// Gives every message our sequence number and port id.
  void forge(std::span<std::byte> datagram) const {
    for_each_message(datagram, [&](std::size_t at) {
      std::ranges::copy(host32(sequence_), datagram.begin() + static_cast<std::ptrdiff_t>(at + 8));
      std::ranges::copy(host32(port_id()), datagram.begin() + static_cast<std::ptrdiff_t>(at + 12));
    });
  }

  Result<Received> watched(View buffer, const Result<Received>& received) {
    if (!received) return received;
    const View datagram = buffer.first(received->size);
    for_each_message(datagram, [&](std::size_t at) {
      const std::uint32_t requests = sequence_ - first_sequence_ + 1;
      believable_ = believable_ || (read32(datagram, at + 8) - first_sequence_ < requests &&
                                    read32(datagram, at + 12) == port_id());
    });
    return received;
  }

  SocketTransport& kernel_;
  RecordReader script_;
  std::uint32_t first_sequence_ = 0;  // of the last datagram that was sent
  std::uint32_t sequence_ = 0;        // of its last message
  bool script_ended_ = false;
  bool refuse_send_ = false;
  bool believable_ = false;
};

}  // namespace cttimeout::test
