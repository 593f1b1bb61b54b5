// What /proc tells of a thread, where /proc shows the pid namespace of this process.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace cttimeout::tools::wrapper {

/// Whether /proc is mounted and shows this pid namespace, so that a number means the same thread.
[[nodiscard]] bool proc_is_ours();

[[nodiscard]] std::string proc_file(pid_t thread, std::string_view name);

/// The last word of the line `name` in /proc/THREAD/status; empty if there is none.
[[nodiscard]] std::string status_word(pid_t thread, std::string_view name);
/// The same as a decimal number; 0 if it is none.
[[nodiscard]] std::uint32_t status_number(pid_t thread, std::string_view name);

/// What its process executes, in at most 15 characters; empty if that is not known.
[[nodiscard]] std::string program_name(pid_t thread);

}  // namespace cttimeout::tools::wrapper
