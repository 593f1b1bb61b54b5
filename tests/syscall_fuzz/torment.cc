// Torment: signals to the threads of this process, from a thread and from a sibling process.
#include "torment.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>

#include "system_call.h"

namespace cttimeout::test {
namespace {

constexpr int alarm_period_us = 1700;
constexpr int patience_ms = 3000;

std::atomic<unsigned> handled_for_process = 0;
std::atomic<unsigned> handled_for_threads = 0;
std::atomic<unsigned> handled_elsewhere = 0;

int signal_for_process() {
  return SIGRTMIN + 1;
}
int signal_for_thread() {
  return SIGRTMIN + 2;
}

void handle(int signal, siginfo_t* info, void* /*context*/) {
  const int error = errno;
  if (signal == SIGRTMIN + 1) {
    ++handled_for_process;
  } else if (signal == SIGRTMIN + 2) {
    ++(info->si_value.sival_int == gettid() ? handled_for_threads : handled_elsewhere);
  }
  errno = error;
}

void install(int signal, bool restarts) {
  struct sigaction action {};
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO | (restarts ? SA_RESTART : 0);
  sigaction(signal, &action, nullptr);
}

void set_timer(int period_us) {
  const timeval period{.tv_sec = 0, .tv_usec = period_us};
  const itimerval timer{.it_interval = period, .it_value = period};
  setitimer(ITIMER_REAL, &timer, nullptr);
}

}  // namespace

Torment::Torment(const TormentOptions& options, std::uint64_t seed, Verdict& verdict)
    : options_(options), random_(seed), verdict_(verdict) {
  handled_for_process = handled_for_threads = handled_elsewhere = 0;
  for (const int signal : {SIGALRM, signal_for_process(), signal_for_thread()}) {
    install(signal, options.restarts);
  }
  if (options.stops) start_sibling();
  if (options.timer) set_timer(alarm_period_us);
  tormentor_ = std::thread([this] { run(); });
}

Torment::~Torment() {
  over_ = true;
  tormentor_.join();
  set_timer(0);
  if (sibling_ > 0) {
    kill(sibling_, SIGTERM);
    while (waitpid(sibling_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  const auto all_handled = [this] {
    return handled_for_process >= to_process_ &&
           handled_for_threads + handled_elsewhere >= to_threads_;
  };
  for (int waited = 0; !all_handled() && waited < patience_ms; ++waited) usleep(1000);
  if (handled_for_process != to_process_) {
    verdict_.wrong(std::to_string(to_process_) + " signals to the process, handled " +
                   std::to_string(handled_for_process));
  }
  if (handled_for_threads != to_threads_ || handled_elsewhere != 0) {
    verdict_.wrong(std::to_string(to_threads_) + " signals to threads, handled there " +
                   std::to_string(handled_for_threads) + ", elsewhere " +
                   std::to_string(handled_elsewhere));
  }
}

void Torment::join() {
  const std::scoped_lock lock(mutex_);
  threads_.push_back(gettid());
}

// A signal that was sent before is handled before the thread ends: none is on its way after the
// lock, as queueing a signal to oneself or to a running thread marks it at once.
void Torment::forget() {
  const std::scoped_lock lock(mutex_);
  std::erase(threads_, gettid());
}

void Torment::run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  while (!over_) {
    usleep(static_cast<useconds_t>(random_.between(options_.pause_us / 4, options_.pause_us * 2)));
    if (options_.to_process && random_.chance(1, 2)) send_to_process();
    if (options_.to_threads) send_to_thread();
  }
}

void Torment::send_to_process() {
  const sigval value{.sival_int = 0};
  if (sigqueue(getpid(), signal_for_process(), value) == 0) ++to_process_;
}

void Torment::send_to_thread() {
  const std::scoped_lock lock(mutex_);
  if (threads_.empty()) return;
  const pid_t thread = threads_[random_.below(threads_.size())];
  siginfo_t info{};
  info.si_code = SI_QUEUE;
  info.si_pid = getpid();
  info.si_uid = getuid();
  info.si_value.sival_int = thread;
  const long sent = call(SYS_rt_tgsigqueueinfo, getpid(), thread, signal_for_thread(), &info);
  if (sent == 0) ++to_threads_;
}

void Torment::start_sibling() {
  const pid_t victim = getpid();
  Random random(random_.between(1, 1'000'000));
  sibling_ = fork();
  if (sibling_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t end;  // does not come between the two signals, which would leave the victim stopped
  sigemptyset(&end);
  sigaddset(&end, SIGTERM);
  while (getppid() == victim) {
    usleep(static_cast<useconds_t>(random.between(1000, 20'000)));
    sigprocmask(SIG_BLOCK, &end, nullptr);
    kill(victim, SIGSTOP);
    usleep(static_cast<useconds_t>(random.chance(1, 10) ? 150'000 : random.between(100, 5000)));
    kill(victim, SIGCONT);
    sigprocmask(SIG_UNBLOCK, &end, nullptr);
  }
  _exit(0);
}

}  // namespace cttimeout::test
