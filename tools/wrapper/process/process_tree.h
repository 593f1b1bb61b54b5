// The program and all that it starts.
#pragma once

#include <string>
#include <vector>

#include "process/channel.h"
#include "seccomp/filter.h"

namespace cttimeout::tools::wrapper {

/// Between us and the program stands the guard (guard.h). If it is killed, its children are ours.
///
///     supervisor (this process; the shell's job)
///       └ guard
///           └ program
///               └ ...
class ProcessTree {
 public:
  /// Starts the program under the filter. It has the signal mask of this thread.
  [[nodiscard]] static SyscallResult<ProcessTree> start(const std::vector<std::string>& command,
                                                        DescriptorRange range);

  /// To be polled: readable when next_event() has something to tell.
  [[nodiscard]] int events() const { return channel_.number(); }
  /// What has happened; the listener is moved to the caller. The guard has ended with all_gone.
  [[nodiscard]] ProcessEvent next_event();

  /// Sends it to the program. No effect once that has ended.
  void signal_program(int signal) const;

 private:
  ProcessTree(Descriptor channel, pid_t guard) : channel_(std::move(channel)), guard_(guard) {}

  Descriptor channel_;
  pid_t guard_;
  Descriptor program_;
};

}  // namespace cttimeout::tools::wrapper
