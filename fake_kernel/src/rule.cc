// Rule: counts among the users of a policy for as long as it lives.

#include "cttimeout/rule.h"

#include <utility>

#include "cttimeout/fake_kernel.h"
#include "namespace.h"

namespace cttimeout {

namespace {

// xt_ct_set_timeout. Where deletion does not ask for users, a rule was seen to count twice
// (K-VER-16): once for itself, once for the template of its flows.
std::uint32_t users_of_a_rule(const Namespace& net) {
  return net.has(Behaviour::delete_refuses_used) ? 1 : 2;
}

}  // namespace

// nf_ct_timeout_find_get: a rule finds the policy by name once, then holds the object (K-USE-3).
std::optional<Rule> FakeKernel::hold(std::string_view name) {
  if (name.size() >= CTNL_TIMEOUT_NAME_MAX) return std::nullopt;
  const auto found = namespace_->policies.find(PolicyName(name));
  if (!found) return std::nullopt;
  namespace_->policies[*found].users += users_of_a_rule(*namespace_);
  const auto [index, serial] = namespace_->policies.key(*found);
  return Rule(namespace_, index, serial);
}

Rule& Rule::operator=(Rule&& other) noexcept {
  Rule taken(std::move(other));
  std::swap(namespace_, taken.namespace_);
  std::swap(index_, taken.index_);
  std::swap(serial_, taken.serial_);
  return *this;
}

Rule::~Rule() {
  if (namespace_ == nullptr) return;
  if (!namespace_->policies.alive({.index = index_, .serial = serial_})) return;
  namespace_->policies[index_].users -= users_of_a_rule(*namespace_);
}

}  // namespace cttimeout
