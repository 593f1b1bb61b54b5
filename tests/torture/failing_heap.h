// The process's heap, whose allocations can be counted and failed: operator new of this program.
#pragma once

#include <cstdint>

namespace cttimeout::test {

/// While it lives, allocations of this thread are counted, and the nth fails; 0 is none. One at a
/// time.
class FailingHeap {
 public:
  explicit FailingHeap(std::uint64_t nth = 0);
  FailingHeap(const FailingHeap&) = delete;
  FailingHeap& operator=(const FailingHeap&) = delete;
  ~FailingHeap();

  [[nodiscard]] std::uint64_t allocations() const;

  /// While it lives, nothing is counted and nothing fails.
  class Pause {
   public:
    Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;
    ~Pause();

   private:
    bool counting_;
  };
};

}  // namespace cttimeout::test
