// What a reader of strace's output could not know: each kind is said once, with its first line.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cttimeout::tools::check {

enum class Lack : std::uint8_t {
  data,
  address,
  apart,
  line,
  call,
  dump,
  doubt,
  injected,
  padding,
  order
};

class StraceNotes {
 public:
  void add(Lack lack, std::size_t file, std::size_t line) {
    Entry& entry = entries_[static_cast<std::size_t>(lack)];
    if (entry.count++ != 0) return;
    entry.file = file;
    entry.line = line;
  }

  struct Entry {
    std::size_t count = 0;
    std::size_t file = 0;  ///< of the first
    std::size_t line = 0;
  };
  /// nullopt if there is none of that kind.
  [[nodiscard]] std::optional<Entry> find(Lack lack) const {
    const Entry& entry = entries_[static_cast<std::size_t>(lack)];
    return entry.count == 0 ? std::nullopt : std::optional(entry);
  }

  /// A sentence for each kind, and the file in which the first of that kind is.
  [[nodiscard]] std::vector<std::pair<std::size_t, std::string>> texts() const;

 private:
  std::array<Entry, 10> entries_{};
};

}  // namespace cttimeout::tools::check
