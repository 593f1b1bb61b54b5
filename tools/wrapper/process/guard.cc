// The guard: the parent of the program, which sees to it that nothing of the tree is left behind.
#include "process/guard.h"

#include <linux/futex.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <utility>

#include "caller/pidfd.h"
#include "check/quote.h"
#include "process/channel.h"
#include "process/descendants.h"
#include "seccomp/filter.h"

namespace cttimeout::tools::wrapper {
namespace {

using Kind = ProcessEvent::Kind;

const char* why_no_filter(int error) {
  switch (error) {
    case EBUSY:
      return "it runs under another supervisor of this kind already, such as another fake-kernel";
    case EINVAL:
      return "this needs Linux 5.14 or newer, with CONFIG_SECCOMP_FILTER";
    default:
      return std::strerror(error);
  }
}

/// What the program tells the guard before it executes. Under the filter it may not use descriptors
/// any more, which may have numbers of the range.
struct Filtered {
  std::atomic<int> listener = -1;  ///< in the program's table
  std::atomic<int> taken = 0;      ///< 1 once the supervisor has it
};

/// Waits until `word` is no longer `value`, or a moment: whether to go on waiting is for the caller
/// to see. A stop by SIGSTOP in place of it could end the whole job: while one process of an
/// orphaned process group is stopped, the kernel may send SIGHUP to all of the group.
void wait_for_change(std::atomic<int>& word, int value) {
  constexpr timespec moment{.tv_sec = 0, .tv_nsec = 50'000'000};
  syscall(SYS_futex, &word, FUTEX_WAIT, value, &moment, nullptr, 0);
}

void change(std::atomic<int>& word, int value) {
  word = value;
  syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0);
}

/// Shared with the processes that are forked later; nullptr if there is no memory.
Filtered* share_filtered() {
  void* memory =
      mmap(nullptr, sizeof(Filtered), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : new (memory) Filtered;
}

[[noreturn]] void become_program(const Launch& launch, Filtered& filtered, pid_t guard) {
  std::vector<char*> arguments;
  for (const std::string& argument : launch.command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  const auto listener = install_filter(launch.filter);
  if (!listener) {
    std::fprintf(stderr, "fake-kernel: system calls cannot be intercepted: %s\n",
                 why_no_filter(listener.error()));
    _exit(exit_failed);
  }
  change(filtered.listener, listener->number());
  while (filtered.taken == 0) {
    wait_for_change(filtered.taken, 0);
    if (getppid() != guard) _exit(exit_failed);
  }
  sigprocmask(SIG_SETMASK, &launch.signals, nullptr);
  execvp(arguments[0], arguments.data());
  const int error = errno;
  std::fprintf(stderr, "fake-kernel: %s: %s\n", check::harmless(launch.command.front()).c_str(),
               std::strerror(error));
  _exit(error == ENOENT ? exit_not_found : exit_not_executable);
}

/// Passes the listener on to the supervisor, and lets the program go on. Nothing to do if that has
/// ended before.
void pass_listener(pid_t program, Filtered& filtered, const Descriptor& channel) {
  while (filtered.listener < 0) {
    wait_for_change(filtered.listener, -1);
    siginfo_t event{};
    constexpr int look = WEXITED | WNOHANG | WNOWAIT;
    if (waitid(P_PID, static_cast<id_t>(program), &event, look) != 0 || event.si_pid != 0) return;
  }
  Descriptor self = open_thread(program);
  auto listener = copy_descriptor(self, filtered.listener);
  if (listener) {
    send_event(
        channel,
        {.kind = Kind::listens, .listener = std::move(*listener), .program = std::move(self)});
    change(filtered.taken, 1);
  } else {
    send_event(channel, {.kind = Kind::not_started, .value = listener.error()});
    kill(program, SIGKILL);
  }
}

/// Takes in the processes that have ended, and tells the status of the program. False once nobody
/// is left.
bool reap(pid_t program, const Descriptor& channel) {
  for (;;) {
    int status = 0;
    const pid_t ended = waitpid(-1, &status, WNOHANG);
    if (ended < 0) return false;
    if (ended == 0) return true;
    if (ended == program) send_event(channel, {.kind = Kind::ended, .value = status});
  }
}

/// Ends by none of the signals that end programs.
Descriptor outlive_signals() {
  sigset_t kept;
  sigemptyset(&kept);
  for (const int signal : {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGPIPE, SIGCHLD}) {
    sigaddset(&kept, signal);
  }
  sigprocmask(SIG_BLOCK, &kept, nullptr);
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  return Descriptor(signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK));
}

}  // namespace

void become_guard(Launch launch) {
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  const Descriptor children = outlive_signals();
  Filtered* const filtered = children ? share_filtered() : nullptr;
  const pid_t guard = getpid();
  const pid_t program = filtered != nullptr ? fork() : -1;
  if (program == 0) {
    launch.channel = Descriptor();  // or the supervisor would not hear of the guard's end
    become_program(launch, *filtered, guard);
  }
  if (program < 0) {
    send_event(launch.channel, {.kind = Kind::not_started, .value = errno});
    _exit(exit_failed);
  }
  setsid();  // what is sent to the group of the supervisor and the program passes the guard by
  pass_listener(program, *filtered, launch.channel);
  std::array watched{pollfd{.fd = children.number(), .events = POLLIN, .revents = 0},
                     pollfd{.fd = launch.channel.number(), .events = 0, .revents = 0}};
  while (reap(program, launch.channel)) {
    poll(watched.data(), watched.size(), -1);
    signalfd_siginfo taken{};
    while (read(children.number(), &taken, sizeof taken) > 0) {
    }
    if (watched[1].revents != 0) kill_descendants();
  }
  _exit(0);
}

}  // namespace cttimeout::tools::wrapper
