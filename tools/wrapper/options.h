// The command line of fake-kernel.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "cttimeout/kernel_profile.h"
#include "faults/fault_spec.h"

namespace cttimeout::tools::wrapper {

/// Users that a policy gets, as if so many rules referred to it.
struct Hold {
  std::string policy;
  unsigned users = 1;
};

struct Options {
  KernelProfile profile = linux_6_18;
  bool unprivileged = false;
  std::string trace;  ///< a file, "-" for stderr; these four are empty for none
  std::string pcap;   ///< a file
  std::string check;  ///< a file, "-" for stderr
  std::string state;  ///< a file
  std::string check_format = "text";
  FaultSpecs faults;
  std::vector<Hold> holds;
  bool torture = false;
  bool keeps_state = true;  ///< `state` is written in the end
  std::vector<std::string> command;
};

/// The options, or the exit status where everything is said already.
[[nodiscard]] std::variant<Options, int> parse_options(int argc, char** argv);

}  // namespace cttimeout::tools::wrapper
