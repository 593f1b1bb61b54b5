// Rule: stands for a CT rule of iptables that refers to a policy of a FakeKernel.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

namespace cttimeout {

namespace fake {
struct Policy;
}

/// The rule exists as long as the object does: FakeKernel::hold() makes it, its destructor removes
/// it. It can be moved, not copied, so that no rule is removed twice.
///
/// It refers to the policy itself, not to its name: where a kernel deletes a policy in use, a
/// policy created later under the same name is another one, and is left alone. It may outlive the
/// FakeKernel. Threads: as for that FakeKernel.
class Rule {
 public:
  /// `other` refers to nothing from then on; destroying it or assigning to it is all it is for.
  Rule(Rule&& other) noexcept = default;
  /// The rule that this object was is removed.
  Rule& operator=(Rule&& other) noexcept;
  ~Rule();

 private:
  friend class FakeKernel;
  Rule(std::shared_ptr<fake::Policy> policy, std::uint32_t uses);

  std::shared_ptr<fake::Policy> policy_;  // null: refers to nothing
  std::uint32_t uses_;
};

}  // namespace cttimeout
