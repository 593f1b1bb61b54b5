// Other people's programs: what they print and whether they succeed.
#pragma once

#include <string>

namespace cttimeout::packets {

struct Outcome {
  bool success;
  std::string output;  ///< and what it said on standard error
};

/// Runs a shell command in the calling thread's network namespace.
[[nodiscard]] Outcome run(const std::string& command);

}  // namespace cttimeout::packets
