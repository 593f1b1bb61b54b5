// The program and all that it starts, and who sees to it that nothing of that is left behind.
#include "process_tree.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace cttimeout::wrapper {
namespace {

/// What goes from guard and program to us: a status, or two descriptors.
struct Message {
  bool ended = false;
  int status = 0;
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

[[noreturn]] void become_program(const std::vector<std::string>& command, DescriptorRange range,
                                 int channel) {
  const auto listener = install_filter(range);
  if (!listener) {
    std::fprintf(stderr, "fake-kernel: system calls cannot be intercepted: %s\n",
                 why_no_filter(listener.error()));
    _exit(exit_failed);
  }
  const Descriptor self(static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
  if (!send_descriptors(channel, {listener->number(), self.number()})) _exit(exit_failed);
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  const int error = errno;
  std::fprintf(stderr, "fake-kernel: %s: %s\n", arguments[0], std::strerror(error));
  _exit(error == ENOENT ? exit_not_found : exit_not_executable);
}

/// Takes in who has ended, and passes on the status of the program. False once nobody is left.
bool reap(pid_t program, int channel) {
  for (;;) {
    Message message{.ended = true};
    const pid_t ended = waitpid(-1, &message.status, WNOHANG);
    if (ended < 0) return false;
    if (ended == 0) return true;
    if (ended == program) send(channel, &message, sizeof message, MSG_NOSIGNAL);
  }
}

[[noreturn]] void become_guard(pid_t program, int channel, const std::string& leftover) {
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
    if (!leftover.empty()) unlink(leftover.c_str());
  }
  _exit(0);
}

/// The parent of a process, as /proc/PID/stat tells it behind the name; 0 if it is gone.
pid_t parent_of(const std::filesystem::path& folder) {
  std::ifstream file(folder / "stat");
  std::string text;
  std::getline(file, text);
  const std::size_t behind_name = text.rfind(')');
  char state = 0;
  pid_t parent = 0;
  if (behind_name == std::string::npos) return 0;
  if (std::sscanf(text.c_str() + behind_name + 1, " %c %d", &state, &parent) != 2) return 0;
  return parent;
}

void kill_children() {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", failed)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    if (parent_of(entry.path()) == getpid()) kill(std::stoi(name), SIGKILL);
  }
}

}  // namespace

// The orphans of a killed child are ours before waitpid() tells of it, so that each round sees
// them; a number cannot be reused before it was waited for.
void kill_descendants() {
  do {
    kill_children();
  } while (waitpid(-1, nullptr, 0) >= 0 || errno == EINTR);
}

SyscallResult<ProcessTree> ProcessTree::start(const std::vector<std::string>& command,
                                              DescriptorRange range, const std::string& leftover) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return tl::unexpected(errno);
  }
  Descriptor ours(ends[0]);
  const Descriptor theirs(ends[1]);
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);  // should the guard be killed, its heir are we
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  const pid_t guard = fork();
  if (guard < 0) return tl::unexpected(errno);
  if (guard > 0) {
    sigprocmask(SIG_SETMASK, &before, nullptr);
    return ProcessTree(std::move(ours));
  }
  ours = Descriptor();
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  const pid_t program = fork();
  if (program < 0) _exit(exit_failed);
  if (program > 0) become_guard(program, theirs.number(), leftover);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  become_program(command, range, theirs.number());
}

ProcessTree::News ProcessTree::read_news() {
  Envelope envelope;
  const ssize_t size = recvmsg(news_.number(), &envelope.header, MSG_CMSG_CLOEXEC);
  if (size < static_cast<ssize_t>(sizeof(Message))) return {.all_gone = true};
  if (envelope.message.ended) return {.program_status = envelope.message.status};
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
