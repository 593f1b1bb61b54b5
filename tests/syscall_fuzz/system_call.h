// One system call without the C library in between, its result as text that compares.
#pragma once

#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

namespace cttimeout::test {

/// What the call returns, or -errno. Arguments are passed as they are: no retry, no cancellation.
template <class... Arguments>
long call(long number, Arguments... arguments) {
  const long result = ::syscall(number, arguments...);
  return result < 0 ? -errno : result;
}

/// A number, or the name of an errno.
inline std::string show(long result) {
  if (result >= 0) return std::to_string(result);
  const char* name = strerrorname_np(static_cast<int>(-result));
  return name != nullptr ? name : "errno " + std::to_string(-result);
}

/// This child ends with its parent, also if that has ended already.
inline void end_with(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(104);
}

/// Errnos that no program ever sees, but for a kernel or a supervisor that is wrong.
inline bool is_impossible(long result) {
  return result == -ENOSYS || (result <= -512 && result >= -530);
}

}  // namespace cttimeout::test
