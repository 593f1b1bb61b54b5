// Callers: the threads that have made calls, each looked up once.
#include "caller/callers.h"

namespace cttimeout::tools::wrapper {

std::shared_ptr<const Caller> Callers::of(pid_t thread) {
  if (const auto known = known_.find(thread); known != known_.end()) return known->second;
  auto caller = std::make_shared<const Caller>(thread);
  const bool kept = caller->ended() >= 0 &&
                    events_.watch(caller->ended(), EPOLLIN | EPOLLONESHOT, Events::Source::thread,
                                  static_cast<std::uint32_t>(thread));
  if (kept) known_.emplace(thread, caller);
  return caller;
}

}  // namespace cttimeout::tools::wrapper
