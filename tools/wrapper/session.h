// One run of a program on the fake, from its start to the end of all that it started.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "faults/fault_injection.h"
#include "options.h"
#include "process/process_tree.h"

namespace cttimeout::tools::wrapper {

/// How it went.
struct Ended {
  int status = 0;             ///< the program's, as a shell tells it
  bool unclean = false;       ///< the check found something worse than a note
  bool injected = false;      ///< a fault that was asked for was injected
  FaultTargets targets = {};  ///< for faults
  std::string policies = {};  ///< what is left in the kernel of the first namespace, a line each
};

/// The end, or what went wrong with the wrapper, as a sentence.
[[nodiscard]] tl::expected<Ended, std::string> run_session(const Options& options);

}  // namespace cttimeout::tools::wrapper
