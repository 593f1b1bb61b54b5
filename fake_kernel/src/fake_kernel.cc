// FakeKernel: a namespace and the inputs that reach it from elsewhere.

#include "cttimeout/fake_kernel.h"

#include "af_netlink.h"
#include "namespace.h"

namespace cttimeout {

namespace {

// xt_ct_set_timeout. Where deletion does not ask for users, a rule was seen to count twice
// (K-VER-16): once for itself, once for the template of its flows.
std::uint32_t users_of_a_rule(const Namespace& net) {
  return net.has(Behaviour::delete_refuses_used) ? 1 : 2;
}

}  // namespace

FakeKernel::FakeKernel(const KernelProfile& profile)
    : namespace_(std::make_shared<Namespace>(profile)) {}

FakeKernel::FakeKernel(FakeKernel&&) noexcept = default;
FakeKernel& FakeKernel::operator=(FakeKernel&&) noexcept = default;
FakeKernel::~FakeKernel() = default;

std::unique_ptr<FakeTransport> FakeKernel::connect() {
  return std::make_unique<FakeTransport>(socket());
}

std::unique_ptr<NetlinkSocket> FakeKernel::socket(std::uint32_t process_id,
                                                  std::function<void()> data_ready) {
  return std::make_unique<Socket>(namespace_, process_id, std::move(data_ready));
}

// nf_ct_timeout_find_get: a rule finds the policy by name once, then holds the object (K-USE-3).
std::optional<PolicyHold> FakeKernel::hold(std::string_view name) {
  if (name.size() >= CTNL_TIMEOUT_NAME_MAX) return std::nullopt;
  const auto found = namespace_->policies.find(PolicyName(name));
  if (!found) return std::nullopt;
  namespace_->policies[*found].users += users_of_a_rule(*namespace_);
  const PolicyKey key = namespace_->policies.key(*found);
  return PolicyHold{.index = key.index, .serial = key.serial};
}

void FakeKernel::release(const PolicyHold& hold) {
  if (!namespace_->policies.alive({.index = hold.index, .serial = hold.serial})) return;
  namespace_->policies[hold.index].users -= users_of_a_rule(*namespace_);
}

void FakeKernel::set_capable(bool capable) {
  namespace_->capable = capable;
}

void FakeKernel::fail_allocation(std::uint64_t nth) {
  namespace_->memory.fail(nth);
}

void FakeKernel::fail_no_allocation() {
  namespace_->memory.fail_none();
}

std::uint64_t FakeKernel::allocations() const {
  return namespace_->memory.count();
}

std::optional<std::string> FakeKernel::read_sysctl(std::string_view name) const {
  return namespace_->defaults.read_sysctl(name);
}

SyscallResult<void> FakeKernel::write_sysctl(std::string_view name, std::string_view text) {
  return namespace_->defaults.write_sysctl(name, text);
}

const KernelProfile& FakeKernel::profile() const {
  return namespace_->profile;
}

std::size_t FakeKernel::policy_count() const {
  return namespace_->policies.size();
}

}  // namespace cttimeout
