// The guard: the parent of the program, which sees to it that nothing of the tree is left behind.
#pragma once

#include <linux/filter.h>

#include <csignal>
#include <string>
#include <vector>

#include "caller/descriptor.h"

namespace cttimeout::tools::wrapper {

// Exit statuses of the wrapper's own; the last three are those of env and timeout.
inline constexpr int exit_found = 123;  ///< --check or --torture found something
inline constexpr int exit_failed = 125;
inline constexpr int exit_not_executable = 126;
inline constexpr int exit_not_found = 127;

/// All that guard and program need.
struct Launch {
  std::vector<std::string> command;
  std::vector<sock_filter> filter;
  sigset_t signals;    ///< what the program has blocked
  Descriptor channel;  ///< to the supervisor
};

/// Makes this process the guard: it starts the program, and inherits every orphan of the tree. It
/// ends when nobody is left below it. If the supervisor ends before, it kills them all. It has a
/// session of its own, so that signals of a terminal, and what kills a whole job, pass it by. Were
/// it in another process group of the same session, the kernel would look at each end of the
/// program whether the group is orphaned, and send it SIGHUP if one of its processes were stopped.
[[noreturn]] void become_guard(Launch launch);

}  // namespace cttimeout::tools::wrapper
