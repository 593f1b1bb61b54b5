// Patience: ends a thread's wait for something that does not come.
#include "patience.h"

#include <unistd.h>

#include <csignal>

namespace cttimeout::test {
namespace {

constexpr auto longest_wait = std::chrono::seconds(5);
constexpr long again_after_ns = 50'000'000;  // a signal may come just before the call

}  // namespace

Patience::Patience() {
  const int number = SIGRTMIN + 3;
  struct sigaction action {};
  action.sa_handler = [](int) {};
  sigaction(number, &action, nullptr);
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = number;
  event._sigev_un._tid = gettid();
  timer_create(CLOCK_MONOTONIC, &event, &timer_);
}

Patience::~Patience() {
  timer_delete(timer_);
}

void Patience::begin_wait() {
  end_ = std::chrono::steady_clock::now() + longest_wait;
  const itimerspec setting{.it_interval = {.tv_sec = 0, .tv_nsec = again_after_ns},
                           .it_value = {.tv_sec = longest_wait.count(), .tv_nsec = 0}};
  timer_settime(timer_, 0, &setting, nullptr);
}

void Patience::end_wait() {
  const itimerspec never{};
  timer_settime(timer_, 0, &never, nullptr);
}

}  // namespace cttimeout::test
