// The bounds of a Client.
#pragma once

#include <chrono>
#include <cstddef>

namespace cttimeout {

/// Every bound that a program chooses for a Client; what the endpoint bounds, its Transport tells.
/// One that is not in its range has every call refused before the wire, Errc::limit_unusable.
struct Limits {
  /// How long to wait for each datagram of a reply. 0 or less does not wait, milliseconds::max()
  /// waits without end.
  std::chrono::milliseconds reply_timeout{5000};
  /// Datagrams that one reply may have, 1 or more. A dump of a million policies has about 5 000.
  std::size_t max_datagrams = 1'000'000;
};

}  // namespace cttimeout
