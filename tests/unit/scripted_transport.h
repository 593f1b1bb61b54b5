// A Transport that answers from a script: what the exchange must survive, datagram by datagram.
#pragma once

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "cttimeout/transport.h"
#include "support/reply.h"
#include "support/request.h"

namespace cttimeout::test {

class ScriptedTransport final : public Transport {
 public:
  static constexpr std::uint32_t own_port = 4242;

  /// The next receive brings `datagram`.
  ScriptedTransport& brings(Bytes datagram, std::uint32_t sender = 0, bool truncated = false) {
    script_.push_back({std::move(datagram), sender, truncated, {}});
    return *this;
  }
  /// The next receive fails.
  ScriptedTransport& fails(Errc what, int code = 0) {
    script_.push_back(
        {{}, 0, false, Error{.origin = Origin::transport, .what = what, .code = code}});
    return *this;
  }
  /// Every send fails from now on, or no longer.
  void refuse_sends(bool refuse) { refuse_sends_ = refuse; }

  [[nodiscard]] const std::vector<Bytes>& sent() const { return sent_; }
  [[nodiscard]] std::size_t unread() const { return script_.size(); }

  Result<void> send(std::span<const std::byte> datagram) override {
    if (refuse_sends_) {
      return tl::unexpected(
          Error{.origin = Origin::transport, .what = Errc::not_sent, .code = 111});
    }
    sent_.emplace_back(datagram.begin(), datagram.end());
    return {};
  }

  Result<Received> receive(std::span<std::byte> buffer, std::chrono::milliseconds) override {
    if (script_.empty()) {
      return tl::unexpected(Error{.origin = Origin::transport, .what = Errc::timed_out});
    }
    const Step step = std::move(script_.front());
    script_.pop_front();
    if (step.error) return tl::unexpected(*step.error);
    const std::size_t size = std::min(buffer.size(), step.datagram.size());
    std::copy_n(step.datagram.begin(), size, buffer.begin());
    return Received{.size = size, .sender = step.sender, .truncated = step.truncated};
  }

  std::uint32_t port_id() const override { return own_port; }
  std::uint32_t hz() const override { return 250; }
  std::size_t receive_buffer() const override { return 212'992; }

 private:
  struct Step {
    Bytes datagram;
    std::uint32_t sender;
    bool truncated;
    std::optional<Error> error;
  };
  std::deque<Step> script_;
  std::vector<Bytes> sent_;
  bool refuse_sends_ = false;
};

/// `bytes` with that number in place of four of them.
inline Bytes with32(Bytes bytes, std::size_t at, std::uint32_t number) {
  const Bytes field = host32(number);
  std::ranges::copy(field, bytes.begin() + static_cast<std::ptrdiff_t>(at));
  return bytes;
}

/// A kernel's datagram as it arrives: addressed to our port.
inline Bytes to_us(Bytes message, std::uint32_t port = ScriptedTransport::own_port) {
  return with32(std::move(message), 12, port);
}

/// The same as a reply to the request of that sequence number.
inline Bytes answering(std::uint32_t sequence, Bytes message) {
  return to_us(with32(std::move(message), 8, sequence));
}

inline Bytes ok(std::uint32_t sequence = 1) {
  return answering(sequence, success(get_policy("x")));
}
inline Bytes no(int error, std::uint32_t sequence = 1) {
  return answering(sequence, failure(get_policy("x"), error));
}

}  // namespace cttimeout::test
