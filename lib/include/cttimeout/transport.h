// The seam: one datagram of bytes. Nothing above it knows what is below.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "cttimeout/result.h"

namespace cttimeout {

/// What one receive brought.
struct Received {
  std::size_t size;      ///< bytes placed in the buffer
  std::uint32_t sender;  ///< netlink port id of the sender; 0 is the kernel
  bool truncated;        ///< the datagram was larger than the buffer; the rest is lost

  friend bool operator==(const Received&, const Received&) = default;
};

/// A connection to one netlink endpoint. The contract, tested clause by clause on every
/// implementation:
///
/// T1 `send` takes one datagram of one or more messages; when it returns, the peer has dealt
///    with it.
/// T2 A failed `send` was not dealt with at all (Errc::not_sent, `code` is the errno).
/// T3 `receive` yields one whole datagram, or its first bytes with `truncated` set and the rest
///    lost. `size` is never more than the buffer has.
/// T4 Datagrams arrive in the order in which the peer queued them.
/// T5 With nothing queued, `receive` waits at most `timeout`, then fails with Errc::timed_out. 0 or
///    less does not wait. milliseconds::max() waits without end, or fails at once where nothing can
///    come any more.
/// T6 An overrun is reported once, as Errc::receive_failed with ENOBUFS; datagrams that were
///    queued still arrive.
/// T7 `sender` is 0 for the kernel; anyone else is a stranger.
/// T8 A peer may size its next reply by the largest buffer offered so far, and may produce it
///    only when asked.
///
/// One thread at a time. A transport outlives the clients that use it.
class Transport {
 public:
  Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  virtual ~Transport() = default;

  /// T1, T2. `datagram` is not kept.
  [[nodiscard]] virtual Result<void> send(std::span<const std::byte> datagram) = 0;
  /// T3 to T8.
  [[nodiscard]] virtual Result<Received> receive(std::span<std::byte> buffer,
                                                 std::chrono::milliseconds timeout) = 0;
  /// Our own netlink port id, as replies carry it.
  [[nodiscard]] virtual std::uint32_t port_id() const = 0;
  /// Ticks per second of the kernel that replies, which bound the timeouts that it can hold. Always
  /// the same.
  [[nodiscard]] virtual std::uint32_t hz() const = 0;
  /// The receive buffer in bytes, as getsockopt(SO_RCVBUF) tells it now.
  [[nodiscard]] virtual std::size_t receive_buffer() const = 0;
};

}  // namespace cttimeout
