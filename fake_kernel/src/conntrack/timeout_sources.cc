// TimeoutSource: each once, for many flows.
#include "conntrack/timeout_sources.h"

#include <functional>

namespace cttimeout::fake {

std::size_t TimeoutSources::Hash::operator()(const TimeoutSource& source) const {
  std::size_t hash = std::hash<const Policy*>()(source.policy.get());
  if (source.copied) hash ^= (std::size_t{source.copied->front()} << 32U) ^ source.copied->at(1);
  return hash;
}

TimeoutSourceId TimeoutSources::share(const TimeoutSource& source) {
  if (source.policy == nullptr && !source.copied) return 0;
  const auto known = numbers_.find(source);
  if (known != numbers_.end()) {
    ++rows_[known->second].flows;
    return known->second;
  }
  if (free_.empty()) {
    free_.reserve(rows_.size() + 1);  // release() does not allocate
    rows_.emplace_back();
    free_.push_back(static_cast<TimeoutSourceId>(rows_.size() - 1));
  }
  const TimeoutSourceId id = free_.back();
  numbers_.emplace(source, id);
  free_.pop_back();
  rows_[id] = {source, 1};
  return id;
}

void TimeoutSources::release(TimeoutSourceId id) {
  if (id == 0 || --rows_[id].flows != 0) return;
  numbers_.erase(rows_[id].source);
  rows_[id].source = {};
  free_.push_back(id);
}

}  // namespace cttimeout::fake
