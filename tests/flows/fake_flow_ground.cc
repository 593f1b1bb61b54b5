// The fake as a ground for flows.
#include <algorithm>
#include <vector>

#include "flow_ground.h"

namespace cttimeout::test {
namespace {

class FakeFlowGround final : public FlowGround {
 public:
  explicit FakeFlowGround(FakeKernel& kernel) : kernel_(kernel), transport_(kernel.connect()) {}

  std::optional<PacketState> packet(View bytes) override { return kernel_.packet(bytes); }

  std::optional<Flow> find_flow(const Tuple& tuple) override {
    auto flow = kernel_.find_flow(tuple);
    if (flow) {
      flow->policy.reset();
      flow->slot = nullptr;
      flow->state = {};
    }
    return flow;
  }

  void set_flow_timeout(const Tuple& tuple, std::chrono::seconds timeout) override {
    kernel_.set_flow_timeout(tuple, timeout);
  }
  void remove_flow(const Tuple& tuple) override { kernel_.remove_flow(tuple); }
  void flush_flows() override { kernel_.flush_flows(); }

  bool add_rule(const CtRule& rule) override {
    auto added = kernel_.add_rule(rule);
    if (!added) return false;
    rules_.push_back({rule.family, *std::move(added)});
    return true;
  }

  void delete_rule(std::size_t place, std::uint8_t family) override {
    const auto found = std::ranges::find_if(
        rules_, [&](const auto& rule) { return rule.family == family && place-- == 0; });
    if (found != rules_.end()) rules_.erase(found);
  }

  int write_sysctl(std::string_view name, std::string_view text) override {
    const auto written = kernel_.write_sysctl(name, text);
    return written ? 0 : written.error();
  }

  Transport& transport() override { return *transport_; }

 private:
  struct HeldRule {
    std::uint8_t family;
    Rule rule;
  };

  FakeKernel& kernel_;
  std::unique_ptr<SocketTransport> transport_;
  std::vector<HeldRule> rules_;
};

}  // namespace

std::unique_ptr<FlowGround> fake_flow_ground(FakeKernel& kernel) {
  return std::make_unique<FakeFlowGround>(kernel);
}

}  // namespace cttimeout::test
