// Trace: every message that goes by in words, one line for it and one for each attribute.
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "instruments/tap.h"

namespace cttimeout::tools::wrapper {

/// Writes to the file, or to stderr for "-", from now on; or why it cannot, as a sentence.
[[nodiscard]] tl::expected<std::unique_ptr<Tap>, std::string> open_trace(const std::string& path);

}  // namespace cttimeout::tools::wrapper
