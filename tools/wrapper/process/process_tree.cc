// The program and all that it starts.
#include "process/process_tree.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "caller/caller.h"
#include "process/guard.h"

namespace cttimeout::tools::wrapper {

SyscallResult<ProcessTree> ProcessTree::start(const std::vector<std::string>& command,
                                              DescriptorRange range) {
  auto channel = open_channel();
  if (!channel) return tl::unexpected(channel.error());
  Launch launch{.command = command,
                .filter = filter_program(range, may_have_net_admin()),
                .signals = {},
                .channel = std::move(channel->theirs)};
  sigprocmask(SIG_SETMASK, nullptr, &launch.signals);
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  const pid_t guard = fork();
  if (guard < 0) return tl::unexpected(errno);
  if (guard == 0) {
    channel->ours = Descriptor();
    become_guard(std::move(launch));
  }
  return ProcessTree(std::move(channel->ours), guard);
}

ProcessEvent ProcessTree::next_event() {
  ProcessEvent event = receive_event(channel_);
  if (event.program) program_ = std::move(event.program);
  if (event.kind == ProcessEvent::Kind::all_gone) waitpid(guard_, &event.value, 0);
  return event;
}

void ProcessTree::signal_program(int signal) const {
  syscall(SYS_pidfd_send_signal, program_.number(), signal, nullptr, 0);
}

}  // namespace cttimeout::tools::wrapper
