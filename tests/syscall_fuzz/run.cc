// Run: one program from start to end, natively or under fake-kernel, and what it left behind.
#include "run.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>

#include "process_tree.h"

namespace cttimeout::test {
namespace {

constexpr uid_t nobody = 65534;
constexpr auto longest_run = std::chrono::seconds(60);
constexpr auto longest_farewell = std::chrono::seconds(5);

using Clock = std::chrono::steady_clock;
using Pipe = std::array<int, 2>;

Pipe open_pipe() {
  Pipe ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return ends;
}

int milliseconds_until(Clock::time_point end) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
  return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

[[noreturn]] void become(const Programs& programs, Where where,
                         const std::vector<std::string>& arguments) {
  if (where == Where::kernel && unshare(CLONE_NEWNET) != 0) _exit(120);
  if (where == Where::nobody &&
      (setgroups(0, nullptr) != 0 || setgid(nobody) != 0 || setuid(nobody) != 0)) {
    _exit(121);
  }
  std::vector<const char*> words;
  if (where != Where::kernel) words = {programs.fake_kernel.c_str(), "--"};
  words.push_back(programs.player.c_str());
  for (const std::string& argument : arguments) words.push_back(argument.c_str());
  words.push_back(nullptr);
  execv(words[0], const_cast<char**>(words.data()));
  _exit(122);
}

/// Reads until the other end is closed everywhere; false if that takes too long.
bool drain(int from, std::string& into, Clock::time_point end) {
  std::array<char, 65536> room{};
  for (;;) {
    pollfd watched{.fd = from, .events = POLLIN, .revents = 0};
    if (poll(&watched, 1, milliseconds_until(end)) <= 0) return false;
    const ssize_t size = read(from, room.data(), room.size());
    if (size <= 0) return true;
    into.append(room.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace

const char* to_string(Where where) {
  switch (where) {
    case Where::kernel:
      return "on the kernel";
    case Where::fake:
      return "under fake-kernel";
    default:
      return "under fake-kernel as nobody";
  }
}

Run::Run(const Programs& programs, Where where, const std::vector<std::string>& arguments) {
  const Pipe out = open_pipe();
  const Pipe in = open_pipe();
  const Pipe alive = open_pipe();
  process_ = fork();
  if (process_ == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    fcntl(alive[1], F_SETFD, 0);  // for all of the tree
    become(programs, where, arguments);
  }
  for (const int end : {out[1], in[0], alive[1]}) close(end);
  output_ = out[0];
  input_ = in[1];
  alive_ = alive[0];
  if (process_ < 0) throw std::runtime_error("no process");
}

Run::~Run() {
  for (const int end : {output_, input_, alive_}) close(end);
}

Ended Run::finish(std::chrono::milliseconds limit) {
  Ended ended;
  ended.hung = !drain(output_, ended.output, Clock::now() + limit);
  if (ended.hung) {
    ended.doing = describe_tree(process_);
    kill(process_, SIGKILL);
  }
  while (waitpid(process_, &ended.status, 0) < 0 && errno == EINTR) {
  }
  std::string nothing;
  ended.left = !drain(alive_, nothing, Clock::now() + longest_farewell);
  return ended;
}

Ended run(const Programs& programs, Where where, const std::vector<std::string>& arguments) {
  return Run(programs, where, arguments).finish(longest_run);
}

bool may_be_nobody() {
  const pid_t child = fork();
  if (child == 0) _exit(setgroups(0, nullptr) == 0 && setuid(nobody) == 0 ? 0 : 1);
  int status = 1;
  waitpid(child, &status, 0);
  return status == 0;
}

}  // namespace cttimeout::test
