// The fake as a machine: each ground is a FakeKernel.
#include "support/fake_ground.h"

#include <map>
#include <vector>

#include "cttimeout/fake_kernel.h"

namespace cttimeout::test {
namespace {

constexpr std::uint32_t fake_process_id = 1000;

class FakeGround final : public Ground {
 public:
  explicit FakeGround(const KernelProfile& profile) : kernel_(profile) {}

  std::unique_ptr<NetlinkSocket> socket() override { return kernel_.socket(fake_process_id); }

  std::optional<std::string> read_sysctl(std::string_view name) override {
    return kernel_.read_sysctl(name);
  }

  SyscallResult<void> write_sysctl(std::string_view name, std::string_view text) override {
    return kernel_.write_sysctl(name, text);
  }

  bool hold(std::string_view policy) override {
    std::optional<Rule> rule = kernel_.hold(policy);
    if (!rule) return false;
    rules_[std::string(policy)].push_back(std::move(*rule));
    return true;
  }

  void release(std::string_view policy) override {
    std::vector<Rule>& rules = rules_[std::string(policy)];
    if (!rules.empty()) rules.erase(rules.begin());
  }

  void set_capable(bool capable) override { kernel_.set_capable(capable); }
  std::uint32_t process_id() override { return fake_process_id; }
  std::uint32_t hz() override { return kernel_.profile().hz; }

 private:
  FakeKernel kernel_;
  std::map<std::string, std::vector<Rule>> rules_;  // by the policy that they refer to
};

}  // namespace

std::unique_ptr<Ground> FakeMachine::new_ground() {
  return std::make_unique<FakeGround>(profile_);
}

std::string FakeMachine::description() const {
  return "fake of " + std::string(profile_.name);
}

}  // namespace cttimeout::test
