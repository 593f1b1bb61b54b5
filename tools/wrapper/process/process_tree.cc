// The program and all that it starts, and who sees to it that nothing of that is left behind.
#include "process/process_tree.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <thread>

#include "process/descendants.h"

namespace cttimeout::wrapper {
namespace {

/// What comes to us from guard and program.
struct Message {
  enum class Kind : std::uint8_t {
    listens,     ///< the filter is installed; with two descriptors
    ended,       ///< the program; `value` is what waitpid() tells
    not_started  ///< there is no process for it; `value` is errno
  };
  Kind kind = Kind::listens;
  int value = 0;
};

constexpr std::size_t descriptors_sent = 2;
using Descriptors = std::array<int, descriptors_sent>;

/// A message and room for what comes with it, as sendmsg and recvmsg want to have them.
struct Envelope {
  Envelope() {
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = room.data();
    header.msg_controllen = room.size();
  }
  Envelope(const Envelope&) = delete;
  Envelope& operator=(const Envelope&) = delete;

  Message message;
  iovec part{.iov_base = &message, .iov_len = sizeof message};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(Descriptors))> room{};
  msghdr header{};
};

/// The filter's listener, and the sender's own process.
bool send_descriptors(int channel, const Descriptors& descriptors) {
  Envelope envelope;
  cmsghdr* rights = CMSG_FIRSTHDR(&envelope.header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof descriptors);
  std::memcpy(CMSG_DATA(rights), descriptors.data(), sizeof descriptors);
  return sendmsg(channel, &envelope.header, MSG_NOSIGNAL) == sizeof(Message);
}

void tell(int channel, const Message& message) {
  send(channel, &message, sizeof message, MSG_NOSIGNAL);
}

const char* why_no_filter(int error) {
  switch (error) {
    case EBUSY:
      return "it runs under another supervisor of this kind already, such as another fake-kernel";
    case EINVAL:
      return "this needs Linux 5.19 or newer, with CONFIG_SECCOMP_FILTER";
    default:
      return std::strerror(error);
  }
}

/// All that guard and program need of us: copies, as our own may go before they have ended.
struct Plan {
  Plan(const std::vector<std::string>& program, DescriptorRange served, std::string file)
      : command(program), filter(filter_program(served)), leftover(std::move(file)) {
    for (std::string& argument : command) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
  }

  std::vector<std::string> command;
  std::vector<char*> arguments;  // of `command`, as execvp wants them
  std::vector<sock_filter> filter;
  std::string leftover;
  Descriptor channel;
  int others_end = -1;  // of the channel: the supervisor's
  sigset_t signals{};   // that the program has blocked
};

/// Starts a process on our memory. We stand still until it has executed something else or ended.
/// Negative, and said, if there is none.
pid_t lend_memory(void (*become)(const Plan&), const Plan& plan) {
  // NOLINTBEGIN(clang-analyzer-*): a process that neither returns nor changes what is ours may run
  const pid_t process = vfork();
  if (process == 0) become(plan);
  // NOLINTEND(clang-analyzer-*)
  if (process < 0) {
    tell(plan.channel.number(), {.kind = Message::Kind::not_started, .value = errno});
  }
  return process;
}

[[noreturn]] void become_program(const Plan& plan) {
  sigprocmask(SIG_SETMASK, &plan.signals, nullptr);
  const auto listener = install_filter(plan.filter);
  if (!listener) {
    dprintf(STDERR_FILENO, "fake-kernel: system calls cannot be intercepted: %s\n",
            why_no_filter(listener.error()));
    _exit(exit_failed);
  }
  const Descriptor self(static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
  if (!send_descriptors(plan.channel.number(), {listener->number(), self.number()})) {
    _exit(exit_failed);
  }
  execvp(plan.arguments[0], plan.arguments.data());
  const int error = errno;
  dprintf(STDERR_FILENO, "fake-kernel: %s: %s\n", plan.arguments[0], std::strerror(error));
  _exit(error == ENOENT ? exit_not_found : exit_not_executable);
}

/// Takes in who has ended, and passes on the status of the program. False once nobody is left.
bool reap(pid_t program, int channel) {
  for (;;) {
    Message message{.kind = Message::Kind::ended};
    const pid_t ended = waitpid(-1, &message.value, WNOHANG);
    if (ended < 0) return false;
    if (ended == 0) return true;
    if (ended == program) tell(channel, message);
  }
}

[[noreturn]] void become_guard(const Plan& plan) {
  close(plan.others_end);
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  const int channel = plan.channel.number();
  const pid_t program = lend_memory(&become_program, plan);
  if (program < 0) _exit(exit_failed);
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  const int signals = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  std::array<pollfd, 2> watched{pollfd{.fd = signals, .events = POLLIN, .revents = 0},
                                pollfd{.fd = channel, .events = 0, .revents = 0}};
  while (reap(program, channel)) {
    poll(watched.data(), watched.size(), -1);
    signalfd_siginfo taken{};
    while (read(signals, &taken, sizeof taken) > 0) {
    }
    if (watched[1].revents == 0) continue;
    kill_descendants();
    if (!plan.leftover.empty()) unlink(plan.leftover.c_str());
  }
  _exit(0);
}

// fork would copy our memory twice, which takes longer than all else that is ours to do. So guard
// and program borrow it, the program until it is executed, the guard until it ends, and even after
// we were killed, at whatever point: they take no lock, allocate nothing, and run on the stack and
// with the errno of this thread, which stands still for the guard meanwhile.
void wait_for_guard(const Plan& plan) {
  lend_memory(&become_guard, plan);
}

}  // namespace

SyscallResult<ProcessTree> ProcessTree::start(const std::vector<std::string>& command,
                                              DescriptorRange range, const std::string& leftover) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return tl::unexpected(errno);
  }
  Descriptor ours(ends[0]);
  Plan plan(command, range, leftover);
  plan.channel = Descriptor(ends[1]);
  plan.others_end = ours.number();
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);  // should the guard be killed, its heir are we
  sigset_t all;                               // is what the thread and the guard have blocked
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &plan.signals);
  const sigset_t before = plan.signals;
  int error = 0;
  try {
    std::thread(&wait_for_guard, std::move(plan)).detach();
  } catch (const std::system_error& failed) {
    error = failed.code().value();
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error != 0) return tl::unexpected(error);
  // The program inherits what is ours now, not what the supervisor makes of its signals and limits.
  pollfd first{.fd = ours.number(), .events = POLLIN, .revents = 0};
  while (poll(&first, 1, -1) < 0 && errno == EINTR) {
  }
  return ProcessTree(std::move(ours));
}

ProcessTree::News ProcessTree::read_news() {
  Envelope envelope;
  const ssize_t size = recvmsg(news_.number(), &envelope.header, MSG_CMSG_CLOEXEC);
  if (size < static_cast<ssize_t>(sizeof(Message))) return {.all_gone = true};
  const Message& message = envelope.message;
  if (message.kind == Message::Kind::ended) return {.program_status = message.value};
  if (message.kind == Message::Kind::not_started) return {.error = message.value};
  Descriptors descriptors{-1, -1};
  if (const cmsghdr* rights = CMSG_FIRSTHDR(&envelope.header)) {
    std::memcpy(descriptors.data(), CMSG_DATA(rights), sizeof descriptors);
  }
  program_ = Descriptor(descriptors[1]);
  return {.listener = Descriptor(descriptors[0])};
}

void ProcessTree::signal_program(int signal) const {
  syscall(SYS_pidfd_send_signal, program_.number(), signal, nullptr, 0);
}

}  // namespace cttimeout::wrapper
