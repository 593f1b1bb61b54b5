// Talker: a bound socket whose datagrams are bytes, with our own port id in them zeroed.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <vector>

#include "print.h"
#include "support/bytes.h"
#include "support/ground.h"
#include "support/wire.h"

namespace cttimeout::test {

inline constexpr NetlinkAddress kernel{};
/// Larger than any datagram here.
inline constexpr std::size_t ample = 65536;

/// What one receive call brought: an errno, or bytes.
struct Reply {
  int error = 0;
  Bytes bytes = {};
  std::size_t returned = 0;
  bool truncated = false;
  NetlinkAddress sender = {};

  friend bool operator==(const Reply&, const Reply&) = default;
};
std::ostream& operator<<(std::ostream& out, const Reply& reply);

/// A whole datagram from the kernel.
[[nodiscard]] Reply whole(Bytes bytes);
/// The first bytes of a longer one; the call returned `returned`.
[[nodiscard]] Reply cut(Bytes bytes, std::size_t returned);
/// A call that failed.
[[nodiscard]] Reply failed(int error);

class Talker {
 public:
  /// A new socket of `ground`, bound to a port id of the kernel's choice.
  explicit Talker(Ground& ground);

  [[nodiscard]] NetlinkSocket& socket() { return *socket_; }
  [[nodiscard]] std::uint32_t port_id() const { return port_id_; }

  /// Sets a SOL_NETLINK option to 1.
  Talker& enable(int option);
  /// The smallest receive buffer there is: 2304 bytes.
  Talker& shrink_receive_buffer();

  /// Sends to the kernel, which takes all of it.
  void send(const Bytes& datagram);
  [[nodiscard]] Reply receive(std::size_t size = ample, int flags = 0);
  /// Receives until there is nothing more.
  [[nodiscard]] std::vector<Bytes> drain(std::size_t size = ample);
  [[nodiscard]] std::vector<Bytes> exchange(const Bytes& request);

  [[nodiscard]] SocketMemory memory() { return socket_->memory(); }

  // Each sends the request and compares all that comes back.
  [[nodiscard]] testing::AssertionResult answers(const Bytes& request,
                                                 const std::vector<Bytes>& expected);
  [[nodiscard]] testing::AssertionResult accepts(const Bytes& request);
  [[nodiscard]] testing::AssertionResult refuses(const Bytes& request, int error);
  [[nodiscard]] testing::AssertionResult ignores(const Bytes& request);

 private:
  std::unique_ptr<NetlinkSocket> socket_;
  std::uint32_t port_id_ = 0;
};

/// Datagram by datagram, byte by byte.
[[nodiscard]] testing::AssertionResult same_datagrams(const std::vector<Bytes>& actual,
                                                      const std::vector<Bytes>& expected);

}  // namespace cttimeout::test
