// The fake as a ground for flows.
#include <algorithm>
#include <vector>

#include "flow_ground.h"

namespace cttimeout::test {
namespace {

class FakeFlowGround final : public FlowGround {
 public:
  explicit FakeFlowGround(const KernelProfile& profile) : kernel_(profile) {}

  std::optional<PacketState> packet(View bytes, Hook hook) override {
    Packet packet = parse_packet(bytes, kernel_.profile());
    packet.hook = hook;
    const PacketState state = kernel_.packet(packet);
    return state != PacketState::dropped ? std::optional(state) : std::nullopt;
  }
  void pass_time(std::chrono::milliseconds time) override { kernel_.advance(time); }

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

  int add_rule(const CtRule& rule) override {
    auto added = kernel_.add_rule(rule);
    if (!added) return added.error();
    rules_.push_back({rule.chain, rule.family, *std::move(added)});
    return 0;
  }

  void delete_rule(std::size_t place, Hook chain, std::uint8_t family) override {
    const auto found = std::ranges::find_if(rules_, [&](const auto& rule) {
      return rule.chain == chain && rule.family == family && place-- == 0;
    });
    if (found != rules_.end()) rules_.erase(found);
  }

  int write_sysctl(std::string_view name, std::string_view text) override {
    const auto written = kernel_.write_sysctl(name, text);
    return written ? 0 : written.error();
  }

  Transport& transport() override { return *transport_; }

 private:
  struct HeldRule {
    Hook chain;
    std::uint8_t family;
    Rule rule;
  };

  FakeKernel kernel_;
  std::unique_ptr<SocketTransport> transport_ = kernel_.connect();
  std::vector<HeldRule> rules_;
};

}  // namespace

std::unique_ptr<FlowGround> fake_flow_ground(const KernelProfile& profile) {
  return std::make_unique<FakeFlowGround>(profile);
}

}  // namespace cttimeout::test
