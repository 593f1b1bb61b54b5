// Behaviours that differ between kernel versions, one row each.

#include "behaviours.h"

#include <algorithm>
#include <array>

namespace cttimeout {

namespace {

struct BehaviourRow {
  Behaviour behaviour;
  Lifetime lifetime;
  std::string_view evidence;
};

constexpr std::array rows{
    BehaviourRow{Behaviour::default_set_needs_l3proto,
                 {{3, 13}, {6, 11}},
                 "cttimeout_default_set: check removed in 6.11; recorded absent on 6.18"},
    BehaviourRow{Behaviour::delete_refuses_used,
                 {{3, 4}, {7, 2}},
                 "ctnl_timeout_try_del: recorded on 6.18; removed by 7d6a9cdb8d3a"},
};

}  // namespace

bool has(const KernelProfile& profile, Behaviour behaviour) {
  return std::ranges::find(rows, behaviour, &BehaviourRow::behaviour)
      ->lifetime.contains(profile.version);
}

}  // namespace cttimeout
