// Golden set: the recordings of one kernel line, kept as what differs from those of linux-6.18.
//
// A folder without a file `names` is whole: each golden file in it is a recording. A folder with
// one is reduced: the file lists the names of all recordings, sorted, after comments that say which
// kernel was recorded. A recording that has no file there is the one in linux-6.18 beside it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <tl/expected.hpp>

namespace cttimeout::test {

class GoldenSet {
 public:
  /// The set in that folder, or why it cannot be read.
  [[nodiscard]] static tl::expected<GoldenSet, std::string> open(std::filesystem::path folder);

  /// The file names of all recordings, sorted: "Suite.Test.golden".
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// Where that recording is. The file is missing if the set has no such recording.
  [[nodiscard]] std::filesystem::path path(const std::string& name) const;
  /// What is wrong with a reduced set, one line for each fault: names that are not sorted or have
  /// no recording, files that are not listed, files that repeat linux-6.18's.
  [[nodiscard]] std::string faults() const;

 private:
  explicit GoldenSet(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::filesystem::path folder_;
  bool reduced_ = false;
  std::vector<std::string> names_;
};

/// Replaces the recordings in `set`, a folder beside linux-6.18, by those of the folder `whole`.
/// The error says what failed.
[[nodiscard]] tl::expected<void, std::string> reduce(const std::filesystem::path& whole,
                                                     const std::filesystem::path& set);

/// Copies every recording of `set` into the new folder `whole`.
[[nodiscard]] tl::expected<void, std::string> expand(const std::filesystem::path& set,
                                                     const std::filesystem::path& whole);

}  // namespace cttimeout::test
