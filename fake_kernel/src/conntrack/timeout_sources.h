// TimeoutSource: the policy that a flow has its timeouts from, or the namespace's defaults.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "cttimeout/policy_table.h"

namespace cttimeout::fake {

/// Flows are many, sources few: a flow has the number of its source. 0 stands for the defaults.
using TimeoutSourceId = std::uint32_t;

/// A flow is given one when it begins.
struct TimeoutSource {
  std::shared_ptr<const Policy> policy = {};
  bool policy_was_listed = false;    ///< its deletion takes it away from the flow (K-FLOW-264)
  std::optional<Ticks> copied = {};  ///< gre: its timeouts since then (K-FLOW-206)

  /// The policy that counts now; nullptr for the defaults.
  [[nodiscard]] const Policy* current_policy() const {
    return policy != nullptr && (policy->listed || !policy_was_listed) ? policy.get() : nullptr;
  }

  friend bool operator==(const TimeoutSource&, const TimeoutSource&) = default;
};

/// Each source once, as long as a flow has it.
class TimeoutSources {
 public:
  /// The number of that source, for one flow more.
  [[nodiscard]] TimeoutSourceId share(const TimeoutSource& source);
  /// One flow less has it.
  void release(TimeoutSourceId id);

  [[nodiscard]] const TimeoutSource& operator[](TimeoutSourceId id) const {
    return rows_[id].source;
  }

 private:
  struct Row {
    TimeoutSource source;
    std::uint64_t flows = 0;
  };
  struct Hash {
    std::size_t operator()(const TimeoutSource& source) const;
  };

  std::vector<Row> rows_{1};  // by number; the first is that of the defaults
  std::vector<TimeoutSourceId> free_;
  std::unordered_map<TimeoutSource, TimeoutSourceId, Hash> numbers_;
};

}  // namespace cttimeout::fake
