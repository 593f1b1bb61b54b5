// A transport that tells other things of its endpoint than are true.
#pragma once

#include <optional>

#include "cttimeout/transport.h"

namespace cttimeout::test {

class ClaimingTransport final : public Transport {
 public:
  /// `inner` outlives it.
  explicit ClaimingTransport(Transport& inner) : inner_(inner) {}

  std::optional<std::uint32_t> claimed_hz = {};
  std::optional<std::size_t> claimed_buffer = {};

  Result<void> send(std::span<const std::byte> datagram) override { return inner_.send(datagram); }
  Result<Received> receive(std::span<std::byte> buffer,
                           std::chrono::milliseconds timeout) override {
    return inner_.receive(buffer, timeout);
  }
  std::uint32_t port_id() const override { return inner_.port_id(); }
  std::uint32_t hz() const override { return claimed_hz.value_or(inner_.hz()); }
  std::size_t receive_buffer() const override {
    return claimed_buffer ? *claimed_buffer : inner_.receive_buffer();
  }

 private:
  Transport& inner_;
};

}  // namespace cttimeout::test
