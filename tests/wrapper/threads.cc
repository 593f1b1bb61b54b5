// What threads and signals do to calls that wait: says the same on the kernel and under
// fake-kernel.
#include <fcntl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::atomic<int> handled = 0;

int open_socket() {
  const int socket = ::socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
  if (socket < 0) std::printf("socket: %s\n", std::strerror(errno));
  return socket;
}

/// What a receive comes to.
std::string receive(int socket, int flags = 0) {
  std::array<char, 4096> buffer{};
  const ssize_t size = recv(socket, buffer.data(), buffer.size(), flags);
  return size < 0 ? std::strerror(errno) : std::to_string(size) + " bytes";
}

/// A flush, which is acknowledged.
void request(int socket) {
  struct {
    nlmsghdr header{.nlmsg_len = 20,
                    .nlmsg_type = NFNL_SUBSYS_CTNETLINK_TIMEOUT << 8 | 2,
                    .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
                    .nlmsg_seq = 1,
                    .nlmsg_pid = 0};
    nfgenmsg general{};
  } flush;
  if (send(socket, &flush, sizeof flush, 0) < 0) std::printf("send: %s\n", std::strerror(errno));
}

void set_limit(int socket, std::chrono::milliseconds limit) {
  const timeval time{.tv_sec = limit.count() / 1000, .tv_usec = limit.count() % 1000 * 1000};
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
}

void handle_alarm(int flags) {
  struct sigaction action {};
  action.sa_handler = [](int) { ++handled; };
  action.sa_flags = flags;
  sigaction(SIGALRM, &action, nullptr);
  handled = 0;
}

/// Waits in a thread of its own until it is told that something has come.
struct Waiting {
  explicit Waiting(std::chrono::milliseconds limit = 0ms) : socket(open_socket()) {
    set_limit(socket, limit);
    thread = std::thread([this] {
      said = receive(socket);
      done = true;
    });
  }
  ~Waiting() {
    request(socket);
    thread.join();
    close(socket);
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

  int socket;
  std::string said;
  std::atomic<bool> done = false;
  std::thread thread;
};

/// Three threads wait, and one signal comes to the process, which its main thread has blocked.
void one_thread_takes_a_signal(const char* what, int flags, std::chrono::milliseconds limit) {
  handle_alarm(flags);
  std::array<Waiting, 3> threads{Waiting(limit), Waiting(limit), Waiting(limit)};
  sigset_t alarm_alone;
  sigemptyset(&alarm_alone);
  sigaddset(&alarm_alone, SIGALRM);
  pthread_sigmask(SIG_BLOCK, &alarm_alone, nullptr);
  std::this_thread::sleep_for(100ms);
  kill(getpid(), SIGALRM);
  std::this_thread::sleep_for(150ms);
  int done = 0;
  std::string said;
  for (const Waiting& thread : threads) {
    if (!thread.done) continue;
    ++done;
    said = thread.said;
  }
  std::printf("%s: %d handled, %d of 3 return: %s\n", what, handled.load(), done, said.c_str());
  pthread_sigmask(SIG_UNBLOCK, &alarm_alone, nullptr);
}

/// A stop is no signal that a program sees.
void a_stop_goes_unnoticed() {
  Waiting waiting;
  std::this_thread::sleep_for(50ms);
  const pid_t other = fork();
  if (other == 0) {
    kill(getppid(), SIGSTOP);
    usleep(50'000);
    kill(getppid(), SIGCONT);
    _exit(0);
  }
  std::this_thread::sleep_for(200ms);
  std::printf("after a stop: %s\n", waiting.done ? waiting.said.c_str() : "waits");
}

void a_limit_is_kept() {
  const int socket = open_socket();
  for (const auto limit : {1ms, 30ms, 200ms}) {
    set_limit(socket, limit);
    const auto start = Clock::now();
    const std::string said = receive(socket);
    const auto took = Clock::now() - start;
    const bool early = took < limit;
    const bool late = took > limit + 500ms;  // for machines with much to do
    std::printf("limit of %ld ms: %s, %s\n", static_cast<long>(limit.count()), said.c_str(),
                early  ? "too early"
                : late ? "too late"
                       : "in time");
  }
  close(socket);
}

void a_table_of_its_own() {
  std::thread([] {
    unshare(CLONE_FILES);
    const int first = open_socket();
    const int second = open_socket();
    request(first);
    std::printf("a thread with a table of its own: %s, then %s\n", receive(first).c_str(),
                receive(second, MSG_DONTWAIT).c_str());
    close(first);
    close(second);
  }).join();
}

void many_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 2000);
  setrlimit(RLIMIT_NOFILE, &limit);
  std::vector<int> files;
  for (int i = 0; i < 1100; ++i) files.push_back(open("/dev/zero", O_RDONLY));
  const int socket = open_socket();
  request(socket);
  char byte = 1;
  const ssize_t size = read(files.back(), &byte, 1);
  std::printf("with 1100 files: %s; a file: %zd, %d\n", receive(socket).c_str(), size, byte);
  for (const int file : files) close(file);
  close(socket);
}

/// Threads that share descriptors: what one closes is closed for all.
void a_number_that_changes_hands() {
  const int socket = open_socket();
  request(socket);
  std::printf("before: %s\n", receive(socket).c_str());
  const int file = open("/dev/null", O_RDONLY);
  std::thread([&] { dup2(file, socket); }).join();
  close(file);
  std::printf("a file has come to its number: %s\n", receive(socket, MSG_DONTWAIT).c_str());
  std::thread([socket] { close(socket); }).join();
  std::printf("it is closed: %s\n", receive(socket, MSG_DONTWAIT).c_str());
}

/// The main thread leaves, and another goes on.
void* after_main(void*) {
  usleep(100'000);
  const int socket = open_socket();
  request(socket);
  std::printf("after the main thread: %s\n", receive(socket).c_str());
  std::fflush(stdout);
  _exit(0);
}

}  // namespace

int main() {
  one_thread_takes_a_signal("a handler", 0, 0ms);
  one_thread_takes_a_signal("a handler with SA_RESTART", SA_RESTART, 0ms);
  one_thread_takes_a_signal("a handler, a limit", 0, 10s);
  one_thread_takes_a_signal("a handler with SA_RESTART, a limit", SA_RESTART, 10s);
  a_stop_goes_unnoticed();
  a_limit_is_kept();
  a_table_of_its_own();
  many_files();
  a_number_that_changes_hands();
  std::fflush(stdout);
  pthread_t thread{};
  pthread_create(&thread, nullptr, &after_main, nullptr);
  pthread_exit(nullptr);
}
