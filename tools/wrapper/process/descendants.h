// The processes below this one.
#pragma once

namespace cttimeout::tools::wrapper {

/// Whether there is a way to find them: a /proc of this pid namespace, or Linux 6.13.
[[nodiscard]] bool may_find_descendants();

/// Kills every child of this process, and every one that it inherits from those, until none is
/// left. For a process that is a subreaper (PR_SET_CHILD_SUBREAPER).
void kill_descendants();

}  // namespace cttimeout::tools::wrapper
