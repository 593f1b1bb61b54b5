// The processes below this one.
#include "process/descendants.h"

#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "caller/pidfd.h"
#include "caller/proc.h"

namespace cttimeout::tools::wrapper {
namespace {

constexpr pid_t largest_process_id = 1 << 22;  // PID_MAX_LIMIT

/// The parent of a process, as its stat in /proc tells it behind the name; 0 if it is gone.
pid_t parent_of(pid_t process) {
  std::ifstream file(proc_file(process, "stat"));
  std::string stat;
  std::getline(file, stat, '\0');
  constexpr std::string_view letter = ") S ";  // what the state looks like
  const std::size_t parent = stat.rfind(')') + letter.size();
  pid_t number = 0;
  if (parent < stat.size()) std::from_chars(&stat[parent], stat.data() + stat.size(), number);
  return number;
}

void kill_children_in_proc() {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename();
    pid_t process = 0;
    const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), process);
    const bool number = wrong == std::errc() && end == name.data() + name.size();
    if (number && parent_of(process) == getpid()) kill(process, SIGKILL);
  }
}

/// Asks for each process id that there can be: a second's work, where nothing lists them.
void kill_children_by_number() {
  for (pid_t process = 1; process <= largest_process_id; ++process) {
    const Descriptor opened = open_thread(process);
    const auto numbers = opened ? process_numbers(opened) : std::nullopt;
    if (numbers && numbers->parent == getpid()) kill(numbers->process, SIGKILL);
  }
}

/// Waits until a child has ended, and takes in all that have. False if there is none.
bool wait_for_some() {
  if (waitpid(-1, nullptr, 0) < 0 && errno != EINTR) return false;
  while (waitpid(-1, nullptr, WNOHANG) > 0) {
  }
  return true;
}

}  // namespace

bool may_find_descendants() {
  return proc_is_ours() || process_numbers(open_thread(getpid())).has_value();
}

// The orphans of a killed child are ours before waitpid() tells of it, so that each round sees
// them; a number cannot be reused before it was waited for.
void kill_descendants() {
  const bool listed = proc_is_ours();
  do {
    listed ? kill_children_in_proc() : kill_children_by_number();
  } while (wait_for_some());
}

}  // namespace cttimeout::tools::wrapper
