// Callers: the threads that have made calls, each looked up once.
#pragma once

#include <memory>
#include <unordered_map>

#include "caller/caller.h"
#include "events.h"

namespace cttimeout::tools::wrapper {

class Callers {
 public:
  /// Events outlive it, and tell of the end of each thread that is kept.
  explicit Callers(const Events& events) : events_(events) {}

  /// The thread of that number, as it is now or was when it made its last call.
  [[nodiscard]] std::shared_ptr<const Caller> of(pid_t thread);
  /// Its number may be that of another thread from now on.
  void forget(pid_t thread) { known_.erase(thread); }
  /// Gives all descriptors back that are not in use.
  void forget_all() { known_.clear(); }

 private:
  const Events& events_;
  std::unordered_map<pid_t, std::shared_ptr<const Caller>> known_;
};

}  // namespace cttimeout::tools::wrapper
