// HeldDescriptors: copies of the descriptors of served sockets, kept from one call to the next.
#include "calls/held_descriptors.h"

#include <algorithm>
#include <limits>

namespace cttimeout::tools::wrapper {

const HeldDescriptors::Held* HeldDescriptors::find(pid_t thread, unsigned number) const {
  const auto found = held_.find({thread, number});
  return found == held_.end() ? nullptr : &found->second;
}

// Between the notice of a close and the close itself another thread may make a call on the number.
void HeldDescriptors::keep(pid_t thread, unsigned number, Held held) {
  const bool closes = std::ranges::any_of(closing_, [number](const auto& entry) {
    return entry.second.first <= number && number <= entry.second.second;
  });
  if (!closes && !never_.contains(thread)) held_.emplace(Place(thread, number), std::move(held));
}

void HeldDescriptors::closing(pid_t thread, unsigned first, unsigned last) {
  closing_[thread] = {first, last};
  std::erase_if(held_, [&](const auto& entry) {
    return first <= entry.first.second && entry.first.second <= last;
  });
}

// A thread that is not the first of its process takes over the number of that one, which may make a
// call until then.
void HeldDescriptors::executing(pid_t thread, pid_t process) {
  if (thread == process) return closing(thread, 0, std::numeric_limits<unsigned>::max());
  forget(process);
  forget(thread);
  never_.insert(process);
}

void HeldDescriptors::forget(pid_t thread) {
  closing_.erase(thread);
  never_.erase(thread);
  held_.erase(held_.lower_bound({thread, 0}), held_.upper_bound({thread, ~0U}));
}

}  // namespace cttimeout::tools::wrapper
