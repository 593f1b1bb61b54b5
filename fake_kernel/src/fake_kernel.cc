// FakeKernel: a host, and the inputs that reach it from elsewhere.

#include "cttimeout/fake_kernel.h"

#include "host.h"
#include "netlink/af_netlink.h"

namespace cttimeout {

namespace {

// xt_ct_set_timeout. Where deletion does not ask for users, a rule was seen to count twice
// (K-VER-16): once for itself, once for the template of its flows.
std::uint32_t uses_of_a_rule(const fake::NetworkNamespace& net) {
  return net.has(fake::Behaviour::delete_refuses_used) ? 1 : 2;
}

}  // namespace

FakeKernel::FakeKernel(const KernelProfile& profile)
    : host_(std::make_shared<fake::Host>(profile)) {}

FakeKernel::~FakeKernel() = default;

std::unique_ptr<SocketTransport> FakeKernel::connect() {
  return std::make_unique<SocketTransport>(socket());
}

std::unique_ptr<NetlinkSocket> FakeKernel::socket(std::uint32_t process_id,
                                                  std::function<void()> data_ready) {
  return std::make_unique<fake::Socket>(std::shared_ptr<fake::NetworkNamespace>(host_, &host_->net),
                                        host_->caller_is_capable, process_id,
                                        std::move(data_ready));
}

// nf_ct_timeout_find_get: a rule finds the policy by name once, then holds the object (K-USE-3).
std::optional<Rule> FakeKernel::hold(std::string_view name) {
  if (name.size() >= CTNL_TIMEOUT_NAME_MAX) return std::nullopt;
  auto policy = host_->timeout_policies.table().share(fake::PolicyName(name));
  if (policy == nullptr) return std::nullopt;
  return Rule(std::move(policy), uses_of_a_rule(host_->net));
}

void FakeKernel::set_capable(bool capable) {
  host_->caller_is_capable = capable;
}

void FakeKernel::fail_allocation(std::uint64_t nth) {
  host_->net.memory.fail(nth);
}

void FakeKernel::fail_no_allocation() {
  host_->net.memory.fail_none();
}

std::uint64_t FakeKernel::allocations() const {
  return host_->net.memory.count();
}

std::optional<std::string> FakeKernel::read_sysctl(std::string_view name) const {
  return host_->timeout_policies.defaults().read_sysctl(name);
}

SyscallResult<void> FakeKernel::write_sysctl(std::string_view name, std::string_view text) {
  return host_->timeout_policies.defaults().write_sysctl(name, text);
}

void FakeKernel::advance(std::chrono::milliseconds time) {
  host_->net.clock.advance(time);
}

std::uint64_t FakeKernel::ticks() const {
  return host_->net.clock.ticks();
}

const KernelProfile& FakeKernel::profile() const {
  return host_->net.profile;
}

std::size_t FakeKernel::policy_count() const {
  return host_->timeout_policies.table().size();
}

}  // namespace cttimeout
