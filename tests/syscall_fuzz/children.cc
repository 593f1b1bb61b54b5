// Children: other processes that use sockets while a storm goes on, of every kind there is.
#include "children.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <thread>

#include "requester.h"
#include "system_call.h"

namespace cttimeout::test {
namespace {

constexpr int requests = 5;

/// What a child does with a socket of its own; its exit status.
int work(std::uint64_t seed) {
  Verdict verdict;
  Figures figures;
  Requester requester("c" + std::to_string(getpid()) + "_", seed, verdict, figures);
  for (int i = 0; i < requests && !verdict.any(); ++i) requester.request();
  return verdict.any() || figures.lost != 0 ? 1 : 0;  // no signal comes here
}

[[noreturn]] void become_program(int socket) {
  const std::string number = std::to_string(socket);
  execl("/proc/self/exe", "syscall_player", "--inherited", number.c_str(), nullptr);
  _exit(101);
}

[[noreturn]] void become_program_in_thread(int socket) {
  std::thread([socket] { become_program(socket); }).join();
  _exit(102);
}

[[noreturn]] void end_main_thread(std::uint64_t seed) {
  std::thread([seed] {
    usleep(500);
    _exit(work(seed));
  }).detach();
  pthread_exit(nullptr);
}

/// Works until it is killed.
[[noreturn]] void work_for_ever(std::uint64_t seed) {
  Verdict verdict;
  Figures figures;
  Requester requester("k" + std::to_string(getpid()) + "_", seed, verdict, figures);
  while (!verdict.any()) requester.request();
  _exit(1);
}

/// Passes the socket to itself through a UNIX socket, which must not disturb it.
int pass_to_itself(int socket) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) != 0) return 1;
  char byte = 'x';
  iovec part{.iov_base = &byte, .iov_len = 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof socket)> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  cmsghdr* head = CMSG_FIRSTHDR(&header);
  *head = {.cmsg_len = CMSG_LEN(sizeof socket), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
  std::memcpy(CMSG_DATA(head), &socket, sizeof socket);
  if (call(SYS_sendmsg, ends[0], &header, 0) != 1) return 2;
  return call(SYS_recvmsg, ends[1], &header, 0) == 1 ? 0 : 3;
}

pid_t start(unsigned kind, int socket, std::uint64_t seed) {
  if (kind == 0) {
    const pid_t child = vfork();
    if (child == 0) become_program(socket);
    return child;
  }
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child != 0) return child;
  end_with(parent);
  switch (kind) {
    case 1:
      become_program_in_thread(socket);
    case 2:
      end_main_thread(seed);
    case 3:
      work_for_ever(seed);
    case 4:
      _exit(pass_to_itself(socket));
    default:
      _exit(work(seed));
  }
}

}  // namespace

void run_child(unsigned kind, int socket, std::uint64_t seed, Verdict& verdict, Figures& figures) {
  long copy = -EINTR;
  while (copy == -EINTR) copy = call(SYS_fcntl, socket, F_DUPFD, 0);
  if (copy < 0) return verdict.wrong("no copy of a socket: " + show(copy));
  const pid_t child = start(kind, static_cast<int>(copy), seed);
  close(static_cast<int>(copy));
  if (child < 0) return verdict.wrong("no child: " + show(-errno));
  ++figures.children;
  const bool killed = kind == 3;
  if (killed) {
    usleep(static_cast<useconds_t>(seed % 8000));
    kill(child, SIGKILL);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != (killed ? SIGKILL : 0)) {
    verdict.wrong("a child of kind " + std::to_string(kind) + " ends with status " +
                  std::to_string(status));
  }
}

}  // namespace cttimeout::test
