// What /proc tells of a thread, where /proc shows the pid namespace of this process.
#include "caller/proc.h"

#include <unistd.h>

#include <array>
#include <charconv>
#include <fstream>

namespace cttimeout::tools::wrapper {

bool proc_is_ours() {
  std::array<char, 32> target{};
  const ssize_t size = readlink("/proc/self", target.data(), target.size());
  if (size < 0) return false;
  return std::string_view(target.data(), static_cast<std::size_t>(size)) ==
         std::to_string(getpid());
}

std::string proc_file(pid_t thread, std::string_view name) {
  return "/proc/" + std::to_string(thread) + '/' + std::string(name);
}

std::string status_word(pid_t thread, std::string_view name) {
  std::ifstream file(proc_file(thread, "status"));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(name)) return line.substr(line.find_last_of(" \t:") + 1);
  }
  return {};
}

std::uint32_t status_number(pid_t thread, std::string_view name) {
  const std::string word = status_word(thread, name);
  std::uint32_t number = 0;
  std::from_chars(word.data(), word.data() + word.size(), number);
  return number;
}

std::string program_name(pid_t thread) {
  std::ifstream file(proc_file(thread, "comm"));
  std::string name;
  std::getline(file, name);
  return name;
}

}  // namespace cttimeout::tools::wrapper
