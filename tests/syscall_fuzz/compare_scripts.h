// Compares what one script does natively and under fake-kernel, line by line, and shrinks it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "run.h"

namespace cttimeout::test {

/// Where and how two runs of a script differ.
struct Difference {
  std::string text;   ///< the lines that differ, and which few operations are enough for it
  std::string again;  ///< the arguments of the player that repeat it
};

class ScriptComparison {
 public:
  explicit ScriptComparison(const Programs& programs) : programs_(programs) {}

  [[nodiscard]] std::optional<Difference> compare(std::uint64_t seed, std::uint64_t operations,
                                                  Where where);

 private:
  using Places = std::vector<std::uint64_t>;

  [[nodiscard]] std::optional<std::string> difference(std::uint64_t seed, const Places& places,
                                                      Where where) const;
  [[nodiscard]] Places shrink(std::uint64_t seed, Places places, Where where) const;

  const Programs& programs_;
};

}  // namespace cttimeout::test
