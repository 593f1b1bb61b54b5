// Plays a golden file onto a machine: does again what was recorded and compares what comes of it.
#pragma once

#include <optional>
#include <string>

#include "support/golden_file.h"
#include "support/ground.h"

namespace cttimeout::test {

/// The first difference between the recorded results and those of `machine`, if any.
[[nodiscard]] std::optional<std::string> play(const Steps& recorded, Machine& machine);

}  // namespace cttimeout::test
