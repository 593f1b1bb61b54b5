// One run of a program on the fake, from its start to the end of all that it started.
#include "session.h"

#include <poll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "instruments/instruments.h"
#include "policy_file/policy_file.h"
#include "process/descendants.h"
#include "supervisor.h"

namespace cttimeout::wrapper {
namespace {

template <class T>
using Outcome = tl::expected<T, std::string>;

tl::unexpected<std::string> failure(const std::string& what, int error = errno) {
  return tl::unexpected(what + ": " + std::strerror(error));
}

constexpr const char* no_process = "no process can be started";

/// Containers may forbid what the supervisor does to its callers: it is tried on ourselves.
Outcome<void> may_look_into_processes() {
  const Descriptor self(static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0)));
  if (!self) return failure("this needs pidfd_open");
  const Descriptor copy(
      static_cast<int>(syscall(SYS_pidfd_getfd, self.number(), self.number(), 0)));
  if (!copy) return failure("this needs pidfd_getfd, which a container may have to be allowed");
  char byte = 0;
  char other = 0;
  const iovec to{.iov_base = &byte, .iov_len = 1};
  const iovec from{.iov_base = &other, .iov_len = 1};
  if (process_vm_readv(getpid(), &to, 1, &from, 1, 0) == 1) return {};
  return failure("this needs process_vm_readv, which a container may have to be allowed");
}

/// Signals that are for the program, unless they come from a terminal, which sends them to it too.
Descriptor take_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2}) {
    sigaddset(&set, signal);
  }
  sigprocmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT: set before anything is written, never changed
  return Descriptor(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

/// Every socket of the tree takes a descriptor here.
void allow_all_descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

class Session {
 public:
  Session(ProcessTree tree, Descriptor signals, Supervisor& supervisor)
      : tree_(std::move(tree)), signals_(std::move(signals)), supervisor_(supervisor) {}

  /// Until nobody is left, or somebody wants us to end after the program has.
  Outcome<int> run() {
    while (!over_) {
      std::array<pollfd, 3> watched{watch(tree_.news()), watch(signals_.number()),
                                    watch(supervisor_.listener())};
      poll(watched.data(), watched.size(), supervisor_.milliseconds_to_wait());
      if (watched[2].revents & POLLIN) supervisor_.serve();
      if (watched[2].revents & POLLHUP) supervisor_.listen({});  // no caller is left
      if (watched[1].revents != 0) pass_on_signals();
      if (watched[0].revents != 0) hear_news();
      supervisor_.look_after_waiting();
    }
    if (status_) return *status_;
    kill_descendants();
    return failure_;
  }

 private:
  static pollfd watch(int descriptor) { return {.fd = descriptor, .events = POLLIN, .revents = 0}; }

  void pass_on_signals() {
    signalfd_siginfo signal{};
    while (read(signals_.number(), &signal, sizeof signal) > 0) {
      if (signal.ssi_code > 0) continue;  // from the kernel: a terminal
      if (status_) over_ = true;
      tree_.signal_program(static_cast<int>(signal.ssi_signo));
    }
  }

  void hear_news() {
    ProcessTree::News news = tree_.read_news();
    if (news.listener) supervisor_.listen(std::move(news.listener));
    if (const auto status = news.program_status) {
      status_ = WIFSIGNALED(*status) ? 128 + WTERMSIG(*status) : WEXITSTATUS(*status);
    }
    if (news.error) failure_ = failure(no_process, *news.error);
    if (news.all_gone) over_ = true;
  }

  ProcessTree tree_;
  Descriptor signals_;
  Supervisor& supervisor_;
  std::optional<int> status_;
  tl::unexpected<std::string> failure_{"the guard of the processes was killed"};
  bool over_ = false;
};

}  // namespace

tl::expected<Ended, std::string> run_session(const Options& options) {
  if (const auto may = may_look_into_processes(); !may) return tl::unexpected(may.error());
  PolicyFile state(options.state);
  const bool keeps = !options.state.empty() && options.keeps_state;
  FakeKernel kernel(options.profile);
  if (!options.state.empty()) {
    if (const auto loaded = state.load(kernel); !loaded) return tl::unexpected(loaded.error());
  }
  auto instruments = open_instruments(options);
  if (!instruments) return tl::unexpected(instruments.error());
  const DescriptorRange range = descriptor_range();
  auto tree = ProcessTree::start(options.command, range, keeps ? state.unfinished() : "");
  if (!tree) return failure(no_process, tree.error());
  Descriptor signals = take_signals();
  allow_all_descriptors();
  Kernels kernels(std::move(kernel), !options.unprivileged);
  Misfortune misfortune(options.faults, kernels, instruments->taps);
  std::optional<Supervisor> supervisor(std::in_place, range, kernels, misfortune,
                                       instruments->taps);
  const auto status = Session(std::move(*tree), std::move(signals), *supervisor).run();
  if (!status) return tl::unexpected(status.error());
  supervisor.reset();  // closes what the programs have left open
  Ended ended{.status = *status,
              .unclean = !instruments->finish(),
              .struck = misfortune.struck(),
              .chances = misfortune.chances()};
  FakeKernel& left = kernels.first();
  left.set_capable(true);
  left.fail_no_allocation();
  const auto lines = policy_lines(left);
  if (!lines) return tl::unexpected(lines.error());
  ended.policies = *lines;
  if (!keeps) return ended;
  return state.save(left).map([&] { return ended; });
}

}  // namespace cttimeout::wrapper
