// Golden set: the recordings of one kernel line, kept as what differs from those of linux-6.18.
#include "support/golden_set.h"

#include <algorithm>
#include <fstream>

#include "support/golden_file.h"

namespace cttimeout::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* list_name = "names";
constexpr const char* whole_name = "linux-6.18";

// A folder may be given with a slash at its end.
fs::path whole_beside(const fs::path& folder) {
  return (folder / "..").lexically_normal() / whole_name;
}

std::vector<std::string> files_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".golden") names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

// Comments differ by the kernel's version; operations and results are what was recorded.
bool same_steps(const fs::path& left, const fs::path& right) {
  const auto one = read_golden(left);
  const auto other = read_golden(right);
  return one && other && std::ranges::equal(*one, *other, {}, &Step::text, &Step::text);
}

// The second line of a recording's head: the kernel that it is of.
std::string kernel_of(const fs::path& recording) {
  std::ifstream file(recording);
  std::string line;
  for (int number = 0; number < 2; ++number) std::getline(file, line);
  return line;
}

}  // namespace

tl::expected<GoldenSet, std::string> GoldenSet::open(fs::path folder) {
  if (!fs::is_directory(folder)) return tl::unexpected("no such folder: " + folder.string());
  GoldenSet set(std::move(folder));
  std::ifstream list(set.folder_ / list_name);
  set.reduced_ = list.is_open();
  if (!set.reduced_) set.names_ = files_in(set.folder_);
  for (std::string line; std::getline(list, line);) {
    if (!line.empty() && line.front() != '#') set.names_.push_back(line);
  }
  if (set.names_.empty()) return tl::unexpected("no recordings in " + set.folder_.string());
  return set;
}

fs::path GoldenSet::path(const std::string& name) const {
  fs::path own = folder_ / name;
  if (!reduced_ || fs::exists(own) || !std::ranges::binary_search(names_, name)) return own;
  return whole_beside(folder_) / name;
}

std::string GoldenSet::faults() const {
  if (!reduced_) return {};
  std::string faults;
  if (!std::ranges::is_sorted(names_)) faults += "names is not sorted\n";
  for (const std::string& name : names_) {
    if (!fs::exists(path(name))) faults += name + " is listed, but there is no such recording\n";
  }
  for (const std::string& name : files_in(folder_)) {
    if (std::ranges::find(names_, name) == names_.end()) faults += name + " is not listed\n";
    if (same_steps(folder_ / name, whole_beside(folder_) / name)) {
      faults += name + " repeats that of " + whole_name + ": remove the file\n";
    }
  }
  return faults;
}

tl::expected<void, std::string> reduce(const fs::path& whole, const fs::path& set) {
  const auto recorded = GoldenSet::open(whole);
  if (!recorded) return tl::unexpected(recorded.error());
  fs::create_directories(set);
  for (const std::string& name : files_in(set)) fs::remove(set / name);
  std::ofstream list(set / list_name);
  list << kernel_of(recorded->path(recorded->names().front())) << '\n';
  for (const std::string& name : recorded->names()) {
    list << name << '\n';
    if (!same_steps(recorded->path(name), whole_beside(set) / name)) {
      fs::copy_file(recorded->path(name), set / name);
    }
  }
  if (!list.flush()) return tl::unexpected("cannot write to " + set.string());
  return {};
}

tl::expected<void, std::string> expand(const fs::path& set, const fs::path& whole) {
  const auto recorded = GoldenSet::open(set);
  if (!recorded) return tl::unexpected(recorded.error());
  fs::create_directories(whole);
  for (const std::string& name : recorded->names()) {
    fs::copy_file(recorded->path(name), whole / name);
  }
  return {};
}

}  // namespace cttimeout::test
