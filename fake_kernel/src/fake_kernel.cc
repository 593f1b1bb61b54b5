// FakeKernel: a namespace and the inputs that reach it from elsewhere.

#include "cttimeout/fake_kernel.h"

#include "af_netlink.h"
#include "namespace.h"

namespace cttimeout {

FakeKernel::FakeKernel(const KernelProfile& profile)
    : namespace_(std::make_shared<Namespace>(profile)) {}

FakeKernel::~FakeKernel() = default;

std::unique_ptr<FakeTransport> FakeKernel::connect() {
  return std::make_unique<FakeTransport>(socket());
}

std::unique_ptr<NetlinkSocket> FakeKernel::socket(std::uint32_t process_id,
                                                  std::function<void()> data_ready) {
  return std::make_unique<Socket>(namespace_, process_id, std::move(data_ready));
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
