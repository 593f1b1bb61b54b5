// The processes below this one, found in /proc. Nothing here allocates memory or takes a lock.
#include "process/descendants.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <string_view>

#include "caller/descriptor.h"

namespace cttimeout::wrapper {
namespace {

/// The parent of a process, as its stat in /proc tells it behind the name; 0 if it is gone.
pid_t parent_of(pid_t process) {
  std::array<char, 32> path{};
  std::snprintf(path.data(), path.size(), "/proc/%d/stat", process);
  const Descriptor file(open(path.data(), O_RDONLY | O_CLOEXEC));
  std::array<char, 256> text{};
  const ssize_t size = read(file.number(), text.data(), text.size());
  if (size <= 0) return 0;
  const std::string_view stat(text.data(), static_cast<std::size_t>(size));
  constexpr std::string_view letter = ") S ";  // what the state looks like
  const std::size_t parent = stat.rfind(')') + letter.size();
  pid_t number = 0;
  if (parent < stat.size()) std::from_chars(&stat[parent], stat.data() + stat.size(), number);
  return number;
}

void kill_children() {
  const Descriptor processes(open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  alignas(dirent64) std::array<char, 4096> entries{};
  ssize_t size = 0;
  while ((size = getdents64(processes.number(), entries.data(), entries.size())) > 0) {
    for (ssize_t at = 0; at < size;) {
      const auto* entry = reinterpret_cast<const dirent64*>(&entries[static_cast<std::size_t>(at)]);
      at += entry->d_reclen;
      const std::string_view name(entry->d_name);
      pid_t process = 0;
      const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), process);
      if (error != std::errc() || end != name.data() + name.size()) continue;
      if (parent_of(process) == getpid()) kill(process, SIGKILL);
    }
  }
}

}  // namespace

// The orphans of a killed child are ours before waitpid() tells of it, so that each round sees
// them; a number cannot be reused before it was waited for.
void kill_descendants() {
  do {
    kill_children();
  } while (waitpid(-1, nullptr, 0) >= 0 || errno == EINTR);
}

}  // namespace cttimeout::wrapper
