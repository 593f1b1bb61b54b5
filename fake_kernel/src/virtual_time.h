// Virtual time: waits that take none are added up instead.
#pragma once

#include <algorithm>
#include <chrono>

namespace cttimeout {

/// `waited` and one more wait of `timeout`: below 0 it is none, an endless one ends the count at
/// the largest value.
inline std::chrono::milliseconds add_wait(std::chrono::milliseconds waited,
                                          std::chrono::milliseconds timeout) {
  using std::chrono::milliseconds;
  const milliseconds more = std::max(timeout, milliseconds::zero());
  return more > milliseconds::max() - waited ? milliseconds::max() : waited + more;
}

}  // namespace cttimeout
