// One simulation: several clients of one fake kernel, faults as drawn, a model that keeps watch.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "simulation/model.h"
#include "simulation/options.h"
#include "support/golden_file.h"

namespace cttimeout::test {

struct Report {
  Options options;
  std::uint64_t operations = 0;
  std::uint64_t faults = 0;             ///< that came to pass, of all kinds
  std::chrono::milliseconds waited{0};  ///< virtual time: what the clients spent waiting
  Complaint complaint = {};             ///< empty, or what went wrong
  Steps steps = {};                     ///< what the kernel was sent and answered, if recorded
};

/// Phase one: `operations` under faults, each result checked. Phase two: no more faults, and every
/// client must come to a correct end. The same seed and number give the same report.
[[nodiscard]] Report simulate(std::uint64_t seed, std::uint64_t operations, bool record);

}  // namespace cttimeout::test
