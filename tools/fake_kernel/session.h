// One run of a program on the fake, from its start to the end of all that it started.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "options.h"
#include "process_tree.h"

namespace cttimeout::wrapper {

/// The exit status, or what went wrong with the wrapper, as a sentence.
[[nodiscard]] tl::expected<int, std::string> run_session(const Options& options);

}  // namespace cttimeout::wrapper
