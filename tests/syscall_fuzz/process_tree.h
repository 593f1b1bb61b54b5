// Process tree: what the threads of a run that hangs wait for.
#pragma once

#include <sys/types.h>

#include <string>

namespace cttimeout::test {

/// A line for each thread of `root` and of its descendants: its state, its system call with the
/// arguments, the kernel's function in which it sleeps and its sets of signals, as proc(5) tells
/// them.
[[nodiscard]] std::string describe_tree(pid_t root);

}  // namespace cttimeout::test
