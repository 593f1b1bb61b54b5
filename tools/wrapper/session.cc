// One run of a program on the fake, from its start to the end of all that it started.
#include "session.h"

#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>

#include "caller/pidfd.h"
#include "events.h"
#include "instruments/instruments.h"
#include "messages/netfilter_sockets.h"
#include "policy_file/policy_file.h"
#include "process/descendants.h"
#include "say_once.h"
#include "supervisor.h"

namespace cttimeout::tools::wrapper {
namespace {

template <class T>
using Outcome = tl::expected<T, std::string>;

tl::unexpected<std::string> failure(const std::string& what, int error = errno) {
  return tl::unexpected(what + ": " + std::strerror(error));
}

// Ours are ten, and one for each socket and each thread that waits.
constexpr std::size_t needed_descriptors = 24;

constexpr const char* no_process = "no process can be started";

/// Containers may forbid what the supervisor does to its callers: it is tried on ourselves.
Outcome<void> may_look_into_processes() {
  const Descriptor self = open_thread(getpid());
  if (!self) return failure("this needs pidfd_open");
  if (!copy_descriptor(self, self.number())) {
    return failure("this needs pidfd_getfd, which a container may have to be allowed");
  }
  char byte = 0;
  char other = 0;
  const iovec to{.iov_base = &byte, .iov_len = 1};
  const iovec from{.iov_base = &other, .iov_len = 1};
  if (process_vm_readv(getpid(), &to, 1, &from, 1, 0) != 1) {
    return failure("this needs process_vm_readv, which a container may have to be allowed");
  }
  if (may_find_descendants()) return {};
  return tl::unexpected(
      std::string("this needs a /proc of this pid namespace, or Linux 6.13: "
                  "mount one, as `unshare --mount-proc` does"));
}

/// Without these, what the program starts could not even be found and killed.
Outcome<void> may_open_files() {
  std::array<Descriptor, needed_descriptors> tried;
  for (Descriptor& descriptor : tried) {
    descriptor = Descriptor(eventfd(0, EFD_CLOEXEC));
    if (descriptor) continue;
    return failure("this needs " + std::to_string(needed_descriptors) +
                   " more open files than there are already (ulimit -n)");
  }
  return {};
}

/// What a program would inherit, or lacks, that makes a fake of no use.
Outcome<void> may_start() {
  if (auto may = may_open_files(); !may) return may;
  if (auto may = may_look_into_processes(); !may) return may;
  const auto inherited = inherited_netfilter_socket();
  if (!inherited) return {};
  const std::string number = std::to_string(*inherited);
  return tl::unexpected(
      "descriptor " + number +
      " is a netfilter socket of the real kernel, which the program would inherit;"
      " close it, in a shell by " +
      number + ">&-");
}

/// Signals that are for the program, unless they come from a terminal, which sends them to it too.
Descriptor take_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2}) {
    sigaddset(&set, signal);
  }
  sigprocmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGXFSZ, SIG_IGN);  // NOLINT: a limit on files is an error of the write
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
  Session(ProcessTree tree, Descriptor signals, Events& events, Supervisor& supervisor)
      : tree_(std::move(tree)),
        signals_(std::move(signals)),
        events_(events),
        supervisor_(supervisor) {}

  /// Until nobody is left, or somebody wants us to end after the program has.
  Outcome<int> run() {
    const bool watched = events_.watch(tree_.events(), EPOLLIN, Source::guard);
    if (!watched) failure_ = failure("nothing can be waited for");
    while (watched && !over_) {
      bool ended = false;
      for (const Events::Event& event : events_.wait()) {
        // Sockets may have closed with a thread: first the events that tell of these.
        if (event.source == Source::listener && ended) break;
        ended = ended || event.source == Source::thread;
        handle(event);
      }
      events_.set_timer(supervisor_.wakes_at());
    }
    if (!status_ || guard_killed_) kill_descendants();
    if (status_) return *status_;
    return failure_;
  }

 private:
  using Source = Events::Source;

  void handle(const Events::Event& event) {
    switch (event.source) {
      case Source::guard:
        return hear_of_processes();
      case Source::signals:
        return pass_on_signals();
      case Source::listener:
        return event.readable ? supervisor_.serve() : stop_listening();
      case Source::socket:
        return supervisor_.socket_closed(event.id);
      case Source::thread:
        return supervisor_.thread_ended(static_cast<pid_t>(event.id));
      case Source::timer:
        return supervisor_.look_after_waiting();
      case Source::message:
        return supervisor_.message_arrived(static_cast<pid_t>(event.id), event.hung_up);
    }
  }

  void pass_on_signals() {
    signalfd_siginfo signal{};
    while (read(signals_.number(), &signal, sizeof signal) > 0) {
      if (signal.ssi_code > 0) continue;  // from the kernel: a terminal
      if (status_) over_ = true;
      tree_.signal_program(static_cast<int>(signal.ssi_signo));
    }
    tree_.signal_program(SIGCONT);  // or one that is stopped would not hear of it
  }

  void hear_of_processes() {
    ProcessEvent event = tree_.next_event();
    switch (event.kind) {
      case ProcessEvent::Kind::listens:
        return listen(std::move(event.listener));
      case ProcessEvent::Kind::ended:
        status_ = WIFSIGNALED(event.value) ? 128 + WTERMSIG(event.value) : WEXITSTATUS(event.value);
        return;
      case ProcessEvent::Kind::not_started:
        failure_ = failure(no_process, event.value);
        return;
      case ProcessEvent::Kind::all_gone:
        guard_killed_ = WIFSIGNALED(event.value);
        over_ = true;
        return;
    }
  }

  /// The program is there, so that signals can be passed on to it; until then they wait.
  void listen(Descriptor listener) {
    over_ = !events_.watch(listener.number(), EPOLLIN, Source::listener) ||
            !events_.watch(signals_.number(), EPOLLIN, Source::signals);
    if (over_) failure_ = failure("system calls cannot be waited for");
    supervisor_.listen(std::move(listener));
  }

  /// No caller is left.
  void stop_listening() { supervisor_.listen({}); }

  ProcessTree tree_;
  Descriptor signals_;
  Events& events_;
  Supervisor& supervisor_;
  std::optional<int> status_;
  tl::unexpected<std::string> failure_{"the guard of the processes was killed"};
  bool guard_killed_ = false;
  bool over_ = false;
};

}  // namespace

tl::expected<Ended, std::string> run_session(const Options& options) {
  if (const auto may = may_start(); !may) return tl::unexpected(may.error());
  FakeKernel kernel(options.profile);
  std::optional<PolicyFile> state;
  if (!options.state.empty()) {
    const auto use = options.keeps_state ? PolicyFile::Use::replace : PolicyFile::Use::read;
    auto opened = PolicyFile::open(options.state, use, kernel);
    if (!opened) return tl::unexpected(opened.error());
    state = std::move(*opened);
  }
  std::vector<Rule> rules;
  for (const Hold& hold : options.holds) {
    for (unsigned i = 0; i < hold.users; ++i) {
      auto rule = kernel.hold(hold.policy);
      if (!rule) {
        return tl::unexpected("--hold " + hold.policy + ": " + options.state +
                              " has no such policy");
      }
      rules.push_back(*std::move(rule));
    }
  }
  auto instruments = open_instruments(options);
  if (!instruments) return tl::unexpected(instruments.error());
  const DescriptorRange range = descriptor_range();
  auto tree = ProcessTree::start(options.command, range);
  if (!tree) return failure(no_process, tree.error());
  Descriptor signals = take_signals();
  allow_all_descriptors();
  Events events;
  Kernels kernels(kernel, !options.unprivileged);
  FaultInjection injection(options.faults, kernels, instruments->taps);
  std::optional<Supervisor> supervisor(std::in_place, range, events, kernels, injection,
                                       instruments->taps);
  const auto status = Session(std::move(*tree), std::move(signals), events, *supervisor).run();
  if (!status) return tl::unexpected(status.error());
  supervisor.reset();  // closes what the programs have left open
  const auto clean = instruments->finish();
  Ended ended{.status = *status,
              .unclean = clean && !*clean,
              .injected = injection.injected(),
              .targets = injection.targets()};
  FakeKernel& left = kernels.first();
  left.set_capable(true);
  left.fail_no_allocation();
  const auto lines = policy_lines(left);
  if (!lines) return tl::unexpected(lines.error());
  ended.policies = *lines;
  if (state && options.keeps_state) {
    if (const auto saved = state->save(left); !saved) return tl::unexpected(saved.error());
    if (left.table_count() != 0) {
      say_once("--state keeps policies; the rules of iptables and nft that there were are gone");
    }
  }
  if (!clean) return tl::unexpected(clean.error());
  return ended;
}

}  // namespace cttimeout::tools::wrapper
