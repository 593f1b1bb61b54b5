// Torture: runs a program once for each fault that can be injected, and says how it ends each time.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "options.h"

namespace cttimeout::tools::wrapper {

/// Prints a line for each run to stdout, and a summary. The exit status, or why there is nothing to
/// torture, as a sentence.
[[nodiscard]] tl::expected<int, std::string> run_torture(const Options& options);

}  // namespace cttimeout::tools::wrapper
