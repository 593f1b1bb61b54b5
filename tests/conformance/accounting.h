// Accounting: how the kernel under test books receive memory, as far as its build decides that.
#pragma once

#include <cstddef>

#include "support/ground.h"

namespace cttimeout::test {

/// Observed on a socket of its own that is filled until it overruns.
class Accounting {
 public:
  explicit Accounting(Ground& ground);

  /// The charge of a small datagram.
  [[nodiscard]] std::size_t small() const { return small_; }
  /// The largest datagram that is charged so: the rest are struct sk_buff and its trailer.
  [[nodiscard]] std::size_t small_room() const { return small_ - 256 - 320; }
  /// Small datagrams that the smallest receive buffer holds.
  [[nodiscard]] std::size_t held() const { return held_; }
  /// Whether a datagram must itself fit, or only those before it (K-VER-17).
  [[nodiscard]] bool counts_new() const { return held_ * small_ <= smallest_limit; }

  static constexpr std::size_t smallest_limit = 2304;
  static constexpr std::size_t most_held = 16;  ///< more than any kernel holds

 private:
  std::size_t small_ = 0;
  std::size_t held_ = 0;
};

}  // namespace cttimeout::test
