// ThreadState: whether a signal may be taking a thread out of its call right now.
#include "caller/thread_state.h"

#include <fcntl.h>
#include <unistd.h>

#include "caller/proc.h"

namespace cttimeout::tools::wrapper {
namespace {

constexpr auto look_every = std::chrono::milliseconds(1);
constexpr int state_field = 3;  // of stat, as proc(5) counts them
constexpr int caught_field = 34;

/// Whether the set of signals that are caught is not empty.
bool catches(std::string_view from_state) {
  std::size_t at = 0;
  for (int field = state_field; field < caught_field; ++field) {
    at = from_state.find(' ', at);
    if (at == std::string_view::npos) return false;
    ++at;
  }
  return !from_state.substr(at).starts_with("0 ");
}

}  // namespace

bool ThreadState::handles_signals(pid_t thread, Clock::time_point now) {
  if (now < looked_ + look_every) return handles_signals_;
  looked_ = now;
  handles_signals_ = catches(read_stat(thread));
  return handles_signals_;
}

bool ThreadState::sleeps(pid_t thread) {
  const std::string_view stat = read_stat(thread);
  return stat.empty() || stat.starts_with('S');
}

std::string_view ThreadState::read_stat(pid_t thread) {
  if (!stat_ && proc_is_ours()) {
    stat_ = Descriptor(open(proc_file(thread, "stat").c_str(), O_RDONLY | O_CLOEXEC));
  }
  const ssize_t size = stat_ ? pread(stat_->number(), text_.data(), text_.size(), 0) : 0;
  const std::string_view stat(text_.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  constexpr std::string_view end_of_name = ") ";
  const std::size_t name = stat.rfind(end_of_name);
  return name == std::string_view::npos ? "" : stat.substr(name + end_of_name.size());
}

}  // namespace cttimeout::tools::wrapper
