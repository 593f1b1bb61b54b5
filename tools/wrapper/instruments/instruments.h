// The taps that were asked for, and what the checker has to say in the end.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "instruments/checker.h"
#include "instruments/output.h"
#include "instruments/tap.h"
#include "options.h"

namespace cttimeout::tools::wrapper {

struct Instruments {
  Taps taps = {};
  Checker* checker = nullptr;         ///< one of the taps; nullptr if none was asked for
  std::optional<Output> report = {};  ///< where it writes
  check::Format format = &check::to_text;
  std::string program = {};

  /// Prints the checker's report, and closes all files. False if there is anything worse than a
  /// note in the report; or what could not be written, as a sentence.
  [[nodiscard]] tl::expected<bool, std::string> finish();
};

/// Their files are open; or why one cannot be opened, as a sentence.
[[nodiscard]] tl::expected<Instruments, std::string> open_instruments(const Options& options);

}  // namespace cttimeout::tools::wrapper
