// The kernel's allocations: counted, and failed where a test says so.
#pragma once

#include <cstdint>
#include <set>

namespace cttimeout::fake {

class KernelMemory {
 public:
  /// One allocation; false if this is one that fails.
  [[nodiscard]] bool allocate() {
    ++count_;
    return failing_.empty() || failing_.erase(count_) == 0;
  }

  /// The nth from now on fails, counted from 1.
  void fail(std::uint64_t nth) { failing_.insert(count_ + nth); }
  void fail_none() { failing_.clear(); }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  std::set<std::uint64_t> failing_;
  std::uint64_t count_ = 0;
};

}  // namespace cttimeout::fake
