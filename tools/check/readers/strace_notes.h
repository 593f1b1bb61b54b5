// What a reader of strace's output could not know: each kind is said once, with its first line.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cttimeout::check {

enum class Lack : std::uint8_t { data, line, dump, injected, padding, order };

class StraceNotes {
 public:
  void add(Lack lack, std::size_t line) {
    Entry& entry = entries_[static_cast<std::size_t>(lack)];
    if (entry.count++ == 0) entry.line = line;
  }

  /// The line of the first; nullopt if there is none.
  [[nodiscard]] std::optional<std::size_t> first(Lack lack) const {
    const Entry& entry = entries_[static_cast<std::size_t>(lack)];
    return entry.count == 0 ? std::nullopt : std::optional(entry.line);
  }

  [[nodiscard]] std::vector<std::string> texts() const;

 private:
  struct Entry {
    std::size_t count = 0;
    std::size_t line = 0;
  };
  std::array<Entry, 6> entries_{};
};

}  // namespace cttimeout::check
