// One user of a policy beside its list, for as long as it lives.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "core/network_namespace.h"
#include "cttimeout/policy_table.h"

namespace cttimeout::fake {

class PolicyHold {
 public:
  /// xt_ct_set_timeout. Where deletion does not ask for users, a rule was seen to count twice
  /// (K-VER-16): once for itself, once for the template of its flows.
  PolicyHold(std::shared_ptr<Policy> policy, const NetworkNamespace& net)
      : policy_(std::move(policy)), uses_(net.has(Behaviour::delete_refuses_used) ? 1 : 2) {
    policy_->users += uses_;
  }
  PolicyHold(const PolicyHold&) = delete;
  PolicyHold& operator=(const PolicyHold&) = delete;
  ~PolicyHold() { policy_->users -= uses_; }

 private:
  std::shared_ptr<Policy> policy_;
  std::uint32_t uses_;
};

}  // namespace cttimeout::fake
