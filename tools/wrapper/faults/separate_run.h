// One session in a process of its own, with a time limit, its program's output thrown away.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "session.h"

namespace cttimeout::tools::wrapper {

/// How it ended; nullopt if it took longer than `limit`, and nothing of it is left; or what went
/// wrong with the wrapper, as a sentence.
[[nodiscard]] tl::expected<std::optional<Ended>, std::string> run_separately(
    const Options& options, std::chrono::milliseconds limit);

}  // namespace cttimeout::tools::wrapper
