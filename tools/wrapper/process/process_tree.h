// The program and all that it starts, and who sees to it that nothing of that is left behind.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "caller/descriptor.h"
#include "cttimeout/netlink_socket.h"
#include "seccomp/filter.h"

namespace cttimeout::wrapper {

// Exit statuses of the wrapper's own; the last three are those of env and timeout.
inline constexpr int exit_found = 123;  ///< --check or --torture found something
inline constexpr int exit_failed = 125;
inline constexpr int exit_not_executable = 126;
inline constexpr int exit_not_found = 127;

/// Between us and the program stands the guard, a process that becomes the parent of every orphan
/// below it. It ends when nobody is left below it; if we end before, however, it kills them.
class ProcessTree {
 public:
  /// Starts the program under the filter. `leftover` is a file that the guard removes if we are
  /// killed; empty for none. The program gets the signal mask that we had before `blocked`.
  [[nodiscard]] static SyscallResult<ProcessTree> start(const std::vector<std::string>& command,
                                                        DescriptorRange range,
                                                        const std::string& leftover);

  /// To be polled: readable when read_news() has something to tell.
  [[nodiscard]] int news() const { return news_.number(); }

  struct News {
    Descriptor listener = {};                ///< the filter is installed
    std::optional<int> program_status = {};  ///< the program has ended, as waitpid() tells it
    std::optional<int> error = {};           ///< there is no process for guard or program: errno
    bool all_gone = false;                   ///< nobody is left; the last news
  };
  [[nodiscard]] News read_news();

  /// Sends it to the program. No effect once that has ended.
  void signal_program(int signal) const;

 private:
  explicit ProcessTree(Descriptor news) : news_(std::move(news)) {}

  Descriptor news_;
  Descriptor program_;
};

}  // namespace cttimeout::wrapper
