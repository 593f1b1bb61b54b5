// Tap: is shown every datagram that goes by, either way, as the program has it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "cttimeout/netlink_socket.h"

namespace cttimeout::tools::wrapper {

/// Which socket it is.
struct SocketId {
  std::uint32_t number;      ///< of all sockets of the tree, from 1
  std::uint32_t process_id;  ///< that opened it
  std::string program;       ///< its name, as ps tells it

  /// "1234/2": the process and the number.
  [[nodiscard]] std::string text() const;
};

struct Sent {
  std::span<const std::byte> bytes;
  NetlinkAddress to;  ///< port id 0 is the kernel
};

/// A receive that did not find the queue empty.
struct Received {
  std::span<const std::byte> bytes = {};  ///< as far as the buffer had room
  std::size_t buffer_size = 0;
  NetlinkAddress from = {};
  bool truncated = false;  ///< there was not room for all
  bool peeked = false;     ///< the datagram stays
  int error = 0;           ///< then there are no bytes
};

class Tap {
 public:
  Tap() = default;
  Tap(const Tap&) = delete;
  Tap& operator=(const Tap&) = delete;
  virtual ~Tap() = default;

  /// A datagram that the kernel took. Its replies follow when they are received.
  virtual void sent(const SocketId& socket, const Sent& sent) = 0;
  virtual void received(const SocketId& socket, const Received& received) = 0;
  virtual void closed(const SocketId& socket) = 0;
  /// A receive found nothing and waits, with no limit. If it goes on, what it receives is shown.
  virtual void waits(const SocketId& /*socket*/) {}
  /// A fault that was asked for is injected into the call that is shown next, if that comes.
  virtual void injected(const SocketId& /*socket*/, const std::string& /*spec*/) {}
  /// Nothing more will be shown. What could not be written, as a sentence.
  virtual tl::expected<void, std::string> finish() { return {}; }
};

using Taps = std::vector<std::unique_ptr<Tap>>;

/// `inner`, with all that passes through it shown to the taps. This is the one place where the
/// bytes of every program go by.
[[nodiscard]] std::unique_ptr<NetlinkSocket> tapped(std::unique_ptr<NetlinkSocket> inner,
                                                    SocketId id, const Taps& taps);

}  // namespace cttimeout::tools::wrapper
