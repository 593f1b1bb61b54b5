// The taps that were asked for, and what the checker has to say in the end.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "instruments/checker.h"
#include "instruments/tap.h"
#include "options.h"

namespace cttimeout::wrapper {

struct Instruments {
  Taps taps = {};
  Checker* checker = nullptr;                ///< one of the taps; nullptr if none was asked for
  OutputFile report{nullptr, &std::fclose};  ///< where it writes
  check::Format format = &check::to_text;
  std::string program = {};

  /// Prints the checker's report. False if there is anything worse than a note in it.
  [[nodiscard]] bool finish() const;
};

/// Their files are open; or why one cannot be opened, as a sentence.
[[nodiscard]] tl::expected<Instruments, std::string> open_instruments(const Options& options);

}  // namespace cttimeout::wrapper
