// least_supervisor PROGRAM...: the least that a supervisor by seccomp user notification can cost.
//
// It knows no sockets: it reads what a send passes, gives every receive the same reply, and says
// yes to all else. What a supervisor does besides is measured against it.
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr int served_descriptor = 900;
constexpr unsigned long set_flags = SECCOMP_IOW(4, __u64);  // Linux 6.6
constexpr __u64 synchronous_wake_up = 1;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

/// Returns the number of the listener in the program's process, which is about to execute.
int install_filter() {
  std::array program{
      sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 2, 0),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendto, 1, 0),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_recvfrom, 0, 1),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{.len = program.size(), .filter = program.data()};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  const long listener =
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
  if (listener < 0) fail("seccomp");
  return static_cast<int>(listener);
}

std::int64_t reply_to(const seccomp_notif& call) {
  static std::array<char, 4096> sent;
  struct {
    nlmsghdr header{.nlmsg_len = 36,
                    .nlmsg_type = NLMSG_ERROR,
                    .nlmsg_flags = 0,
                    .nlmsg_seq = 0,
                    .nlmsg_pid = 0};
    nlmsgerr error{};
  } reply;
  const auto* arguments = call.data.args;
  iovec theirs{.iov_base = std::bit_cast<void*>(arguments[1]), .iov_len = arguments[2]};
  const auto thread = static_cast<pid_t>(call.pid);
  if (call.data.nr == SYS_sendto) {
    const iovec ours{.iov_base = sent.data(), .iov_len = sent.size()};
    return process_vm_readv(thread, &ours, 1, &theirs, 1, 0);
  }
  if (call.data.nr == SYS_recvfrom) {
    const iovec ours{.iov_base = &reply, .iov_len = sizeof reply};
    return process_vm_writev(thread, &ours, 1, &theirs, 1, 0);
  }
  return served_descriptor;
}

void serve(int listener) {
  ioctl(listener, set_flags, synchronous_wake_up);
  for (;;) {
    seccomp_notif call{};
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) {
      if (errno == ENOENT) continue;
      return;
    }
    seccomp_notif_resp response{.id = call.id, .val = reply_to(call), .error = 0, .flags = 0};
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_CLOEXEC) != 0) fail("pipe");
  const pid_t program = fork();
  if (program == 0) {
    const int listener = install_filter();
    if (write(pipe[1], &listener, sizeof listener) < 0) fail("write");
    raise(SIGSTOP);  // until the listener is copied
    execvp(argv[1], &argv[1]);
    fail(argv[1]);
  }
  int number = -1;
  if (read(pipe[0], &number, sizeof number) < 0) fail("read");
  const auto process = static_cast<int>(syscall(SYS_pidfd_open, program, 0));
  const auto listener = static_cast<int>(syscall(SYS_pidfd_getfd, process, number, 0));
  if (listener < 0) fail("pidfd_getfd");
  waitpid(program, nullptr, WUNTRACED);
  kill(program, SIGCONT);
  const pid_t supervisor = fork();
  if (supervisor == 0) serve(listener);
  waitpid(program, nullptr, 0);
  kill(supervisor, SIGKILL);
  waitpid(supervisor, nullptr, 0);
}
