// Rule: counts among the users of a policy for as long as it lives.

#include "cttimeout/rule.h"

#include <utility>

#include "cttimeout/policy_table.h"

namespace cttimeout {

Rule::Rule(std::shared_ptr<fake::Policy> policy, std::uint32_t uses)
    : policy_(std::move(policy)), uses_(uses) {
  policy_->users += uses_;
}

Rule& Rule::operator=(Rule&& other) noexcept {
  Rule taken(std::move(other));
  std::swap(policy_, taken.policy_);
  std::swap(uses_, taken.uses_);
  return *this;
}

Rule::~Rule() {
  if (policy_ != nullptr) policy_->users -= uses_;
}

}  // namespace cttimeout
