// What the kernel lets go a while after it was deleted (a work queue behind a grace period of RCU).
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace cttimeout::fake {

class Deferred {
 public:
  /// `thing` is kept until it is let go.
  void add(std::shared_ptr<const void> thing, std::uint64_t ticks) {
    things_.push_back(std::move(thing));
    since_ = ticks;
  }
  void let_go() { things_.clear(); }
  /// If time has gone by since the last was added.
  void let_go_at(std::uint64_t ticks) {
    if (!things_.empty() && ticks != since_) let_go();
  }

 private:
  std::vector<std::shared_ptr<const void>> things_;
  std::uint64_t since_ = 0;
};

}  // namespace cttimeout::fake
