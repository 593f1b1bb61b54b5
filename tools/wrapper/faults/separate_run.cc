// One session in a process of its own, with a time limit, its program's output thrown away.
#include "faults/separate_run.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace cttimeout::tools::wrapper {
namespace {

using Clock = std::chrono::steady_clock;

/// What goes through the pipe, before the policies or the sentence of a failure.
struct Head {
  bool failed = false;
  int status = 0;
  bool injected = false;
  FaultTargets targets = {};
};

void write_all(int pipe, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = write(pipe, text.data(), text.size());
    if (size < 0 && errno != EINTR) return;
    if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
  }
}

[[noreturn]] void become_session(const Options& options, int pipe) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, standard);
  const auto ended = run_session(options);
  const Head head =
      ended ? Head{.status = ended->status, .injected = ended->injected, .targets = ended->targets}
            : Head{.failed = true};
  std::string text(sizeof head, '\0');
  std::memcpy(text.data(), &head, sizeof head);
  write_all(pipe, text + (ended ? ended->policies : ended.error()));
  _exit(0);
}

/// All that comes through the pipe, which is open as long as anybody of the session is there: its
/// guard has it, too. The session is killed when its time is up; then it is nullopt.
std::optional<std::string> listen(int pipe, pid_t session, std::chrono::milliseconds limit) {
  const auto end = Clock::now() + limit;
  bool killed = false;
  std::string text;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd watched{.fd = pipe, .events = POLLIN, .revents = 0};
    const int ready = poll(&watched, 1, killed ? -1 : static_cast<int>(std::max(left, 0L)));
    if (ready == 0) {
      kill(session, SIGKILL);
      killed = true;
    }
    if (ready <= 0) continue;
    std::array<char, 4096> buffer{};
    const ssize_t size = read(pipe, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return killed ? std::nullopt : std::optional(text);
}

}  // namespace

tl::expected<std::optional<Ended>, std::string> run_separately(const Options& options,
                                                               std::chrono::milliseconds limit) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return tl::unexpected(std::string(std::strerror(errno)));
  const Descriptor ours(ends[0]);
  Descriptor theirs(ends[1]);
  const pid_t session = fork();
  if (session < 0) return tl::unexpected(std::string(std::strerror(errno)));
  if (session == 0) become_session(options, theirs.number());
  theirs = Descriptor();
  const auto text = listen(ours.number(), session, limit);
  while (waitpid(session, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (!text) return std::nullopt;
  Head head{.failed = true};
  if (text->size() < sizeof head) return tl::unexpected(std::string("a run was killed"));
  std::memcpy(&head, text->data(), sizeof head);
  const std::string rest = text->substr(sizeof head);
  if (head.failed) return tl::unexpected(rest);
  return Ended{
      .status = head.status, .injected = head.injected, .targets = head.targets, .policies = rest};
}

}  // namespace cttimeout::tools::wrapper
