// Rule: in its chain, and among the users of a policy, for as long as it lives.

#include "cttimeout/rule.h"

#include <utility>

#include "conntrack/ct_rules.h"

namespace cttimeout {

Rule::Rule(std::shared_ptr<fake::Policy> policy, std::uint32_t uses)
    : policy_(std::move(policy)), uses_(uses) {
  if (policy_ != nullptr) policy_->users += uses_;
}

Rule::Rule(Rule&& other) noexcept = default;

Rule& Rule::operator=(Rule&& other) noexcept {
  Rule taken(std::move(other));
  std::swap(policy_, taken.policy_);
  std::swap(uses_, taken.uses_);
  std::swap(rules_, taken.rules_);
  std::swap(id_, taken.id_);
  return *this;
}

Rule::~Rule() {
  if (policy_ != nullptr) policy_->users -= uses_;
  if (rules_ != nullptr) rules_->remove(id_);
}

}  // namespace cttimeout
