// Verdict: what a storm found wrong, told at once and from any thread.
#pragma once

#include <unistd.h>

#include <atomic>
#include <string>

namespace cttimeout::test {

class Verdict {
 public:
  /// Prints it.
  void wrong(const std::string& what) {
    const std::string line = "WRONG: " + what + '\n';
    [[maybe_unused]] const ssize_t written = write(STDOUT_FILENO, line.data(), line.size());
    wrong_ = true;
  }
  [[nodiscard]] bool any() const { return wrong_; }

 private:
  std::atomic<bool> wrong_ = false;
};

/// What a storm did, for the figures.
struct Figures {
  std::atomic<unsigned> calls = 0;
  std::atomic<unsigned> signals = 0;
  std::atomic<unsigned> children = 0;
  std::atomic<unsigned> lost = 0;  ///< datagrams, and requests that were made twice
};

}  // namespace cttimeout::test
