// Process tree: what the threads of a run that hangs wait for.
#include "process_tree.h"

#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

namespace cttimeout::test {
namespace {

std::string first_line(const std::filesystem::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

/// The lines of a status file that tell of names, states and signals, as one.
std::string outline(const std::filesystem::path& status) {
  std::ifstream stream(status);
  std::string text;
  for (std::string line; std::getline(stream, line);) {
    for (const std::string_view key :
         {"Name:", "State:", "SigPnd:", "ShdPnd:", "SigBlk:", "SigCgt:"}) {
      if (line.starts_with(key)) text += ' ' + line;
    }
  }
  return text;
}

void describe(pid_t process, const std::string& indent, std::string& text) {
  std::error_code gone;
  const std::string tasks = "/proc/" + std::to_string(process) + "/task";
  std::vector<pid_t> children;
  for (const auto& task : std::filesystem::directory_iterator(tasks, gone)) {
    const auto& folder = task.path();
    text += indent + folder.filename().string() + outline(folder / "status") + " call " +
            first_line(folder / "syscall") + " in " + first_line(folder / "wchan") + '\n';
    std::ifstream list(folder / "children");
    for (pid_t child = 0; list >> child;) children.push_back(child);
  }
  for (const pid_t child : children) describe(child, indent + "  ", text);
}

}  // namespace

std::string describe_tree(pid_t root) {
  std::string text;
  describe(root, "  ", text);
  return text;
}

}  // namespace cttimeout::test
