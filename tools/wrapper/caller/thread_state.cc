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
constexpr int state_field = 3;  // of stat, as proc(5) counts them
constexpr int caught_field = 34;

/// The beginning of a file of /proc/THREAD, which stays open.
class Text {
 public:
  Text(std::optional<Descriptor>& file, pid_t thread, const char* name) {
    if (!file && proc_is_ours()) {
      file = Descriptor(open(proc_file(thread, name).c_str(), O_RDONLY | O_CLOEXEC));
    }
    if (file) size_ = pread(file->number(), bytes_.data(), bytes_.size(), 0);
  }

  [[nodiscard]] std::string_view view() const {
    return {bytes_.data(), size_ > 0 ? static_cast<std::size_t>(size_) : 0};
  }

 private:
  std::array<char, 512> bytes_;
  ssize_t size_ = 0;
};

/// Whether the set of signals that are caught is not empty.
bool catches(std::string_view stat) {
  std::size_t at = stat.rfind(") ");
  for (int number = state_field - 1; number < caught_field && at != std::string_view::npos;
       ++number) {
    at = stat.find(' ', at + 1);
  }
  return at != std::string_view::npos && !stat.substr(at + 1).starts_with("0 ");
}

}  // namespace

bool ThreadState::handles_signals(pid_t thread, Clock::time_point now) {
  if (now < looked_ + look_every) return handles_signals_;
  looked_ = now;
  handles_signals_ = catches(Text(stat_, thread, "stat").view());
  return handles_signals_;
}

bool ThreadState::sleeps(pid_t thread) {
  return !Text(syscall_, thread, "syscall").view().starts_with("running");
}

}  // namespace cttimeout::wrapper
