// One request past the checks of Client, which some values do not pass.
#pragma once

#include <linux/netlink.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <span>

#include "cttimeout/codec.h"
#include "cttimeout/transport.h"

namespace cttimeout::test {

/// Encodes `what` as a request of that command, and waits for its ack: errno, or 0. EIO without
/// one.
template <class What>
int ask(Transport& transport, std::uint8_t command, unsigned flags, const What& what) {
  std::array<std::byte, max_request_size> buffer{};
  const RequestHeader header{.command = command,
                             .flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags),
                             .sequence = 1};
  const std::size_t size = encode_request(buffer, header, what);
  if (!transport.send(std::span(buffer).first(size))) return EIO;
  const auto received = transport.receive(buffer, std::chrono::seconds(1));
  if (!received) return EIO;
  const auto ack = decode_ack(std::span(buffer).first(received->size));
  return ack ? ack->error : EIO;
}

}  // namespace cttimeout::test
