// Figures of storms, as the player prints them.
#pragma once

#include <cstdint>
#include <string>

namespace cttimeout::test {

struct StormFigures {
  std::uint64_t calls = 0;
  std::uint64_t signals = 0;
  std::uint64_t children = 0;
  std::uint64_t lost = 0;  ///< datagrams, and requests that were made twice

  /// Adds those that a line of the player tells, if it tells any.
  void add(const std::string& line);
  /// Whether signals have lost more than fake-kernel's README grants, which is one in 20 000 calls.
  [[nodiscard]] bool lost_too_much() const;
};

}  // namespace cttimeout::test
