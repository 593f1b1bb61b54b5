// Rules of the endpoint that a run has met, told from its operations and what came of them.
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "operation.h"

namespace cttimeout::test {

class Rules {
 public:
  Rules();

  void watch(const Operation& operation, const Outcome& outcome);
  /// Prints how often each rule was met.
  void print(std::ostream& out) const;
  /// Rules that were not.
  [[nodiscard]] std::vector<std::string> missing() const;

 private:
  std::vector<std::size_t> visits_;
};

}  // namespace cttimeout::test
