// Rule: in its chain, and among the users of a policy, for as long as it lives.

#include "cttimeout/rule.h"

#include <utility>

#include "conntrack/ct_rules.h"
#include "cttimeout/policy_hold.h"

namespace cttimeout {

Rule::Rule(std::shared_ptr<const fake::PolicyHold> hold) : hold_(std::move(hold)) {}

Rule::Rule(Rule&& other) noexcept = default;

Rule& Rule::operator=(Rule&& other) noexcept {
  Rule taken(std::move(other));
  std::swap(hold_, taken.hold_);
  std::swap(rules_, taken.rules_);
  std::swap(id_, taken.id_);
  return *this;
}

Rule::~Rule() {
  if (rules_ != nullptr) rules_->remove(id_);
}

}  // namespace cttimeout
