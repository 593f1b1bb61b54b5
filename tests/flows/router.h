// Router: a network namespace with a tun device on either side, which forwards between them.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "support/bytes.h"
#include "support/network_namespace.h"
#include "tl/expected.hpp"

namespace cttimeout::test {

enum class Side : std::uint8_t { inside, outside };

[[nodiscard]] constexpr Side opposite(Side side) {
  return side == Side::inside ? Side::outside : Side::inside;
}

/// 10.0.0.0/16 and fd00::/32 are inside, the rest of 10.0.0.0/8 and fd00::/16 outside. The
/// namespace itself has fd00:ffff::1 and 2 alone, so that nobody but the test replies to packets.
class Router {
 public:
  /// The calling thread is in its namespace from then on. Otherwise: what was refused.
  [[nodiscard]] static tl::expected<std::unique_ptr<Router>, std::string> create();

  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;
  ~Router();

  /// The packet comes in from that side. False if it is refused.
  [[nodiscard]] bool send(Side from, View packet) const;
  /// What has come out at that side: a packet with these addresses, waited for a short while. The
  /// view is good until the next call; empty if nothing came.
  [[nodiscard]] View receive(Side at, View addresses);

 private:
  explicit Router(NetworkNamespace space) : space_(std::move(space)) {}

  NetworkNamespace space_;
  std::array<int, 2> devices_{-1, -1};  // by Side
  Bytes room_ = Bytes(65536);
};

/// Where the addresses of an IP packet are in it: source, then destination.
[[nodiscard]] View addresses_of(View packet);
/// The side to which the source of the packet belongs.
[[nodiscard]] Side side_of(View packet);

}  // namespace cttimeout::test
