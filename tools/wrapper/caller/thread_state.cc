// ThreadState: whether a signal may be taking a thread out of its call right now.
#include "caller/thread_state.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "caller/proc.h"

namespace cttimeout::wrapper {
namespace {

constexpr auto look_every = std::chrono::milliseconds(1);
constexpr int state_field = 3;  // as proc(5) counts them
constexpr int caught_field = 34;

}  // namespace

ThreadState::Stat ThreadState::read(pid_t thread) {
  if (!opened_ && proc_is_ours()) {
    file_ = Descriptor(open(proc_file(thread, "stat").c_str(), O_RDONLY | O_CLOEXEC));
  }
  opened_ = true;
  std::array<char, 512> text{};
  const ssize_t size = pread(file_.number(), text.data(), text.size(), 0);
  if (size <= 0) return {};
  const std::string_view stat(text.data(), static_cast<std::size_t>(size));
  std::size_t at = stat.rfind(") ");
  if (at == std::string_view::npos || at + 2 >= stat.size()) return {};
  const char state = stat[at + 2];
  for (int number = state_field - 1; number < caught_field && at != std::string_view::npos;
       ++number) {
    at = stat.find(' ', at + 1);
  }
  const bool catches = at != std::string_view::npos && !stat.substr(at + 1).starts_with("0 ");
  return {.state = state, .handles_signals = catches};
}

bool ThreadState::handles_signals(pid_t thread, Clock::time_point now) {
  if (now < looked_ + look_every) return handles_signals_;
  looked_ = now;
  handles_signals_ = read(thread).handles_signals;
  return handles_signals_;
}

bool ThreadState::sleeps(pid_t thread) {
  return read(thread).state == 'S';
}

}  // namespace cttimeout::wrapper
