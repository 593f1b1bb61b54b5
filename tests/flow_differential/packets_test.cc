// Drawn packets on every profile, many at once and one after the other: the two come to the same.
#include <gtest/gtest.h>

#include <cctype>
#include <map>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"
#include "draw_sequence.h"
#include "support/random.h"

namespace cttimeout::test {
namespace {

std::string text(const Tuple& tuple) {
  std::ostringstream text;
  text << int{tuple.protocol} << ' ' << to_hex(std::as_bytes(std::span(tuple.source.bytes))) << ':'
       << tuple.source_port << " > " << to_hex(std::as_bytes(std::span(tuple.destination.bytes)))
       << ':' << tuple.destination_port << ' ' << int{tuple.icmp_type};
  return text.str();
}

std::string text(const Flow& flow) {
  std::ostringstream text;
  text << flow.state << ' ' << flow.status << ' ' << flow.remaining.count() << ' '
       << (flow.slot != nullptr ? flow.slot->name : "-") << ' ' << flow.policy.value_or("-");
  return text.str();
}

/// A kernel in which some flows run under a policy, and what it told.
class World {
 public:
  explicit World(const KernelProfile& profile) : kernel(profile) {
    const auto transport = kernel.connect();
    const Policy policy{.name = "short",
                        .protocol = IPPROTO_TCP,
                        .timeouts = {{CTA_TIMEOUT_TCP_ESTABLISHED, std::chrono::seconds(40)}}};
    EXPECT_TRUE(Client(*transport).add(policy));
    rule_ = *kernel.add_rule({.protocol = IPPROTO_TCP,
                              .destination = "10." + std::to_string(last_network) + ".0.0/16",
                              .timeout = "short"});
    kernel.watch_flows([this](const FlowEvent& event) {
      events.push_back(std::to_string(event.ticks) + ' ' +
                       std::to_string(static_cast<int>(event.kind)) + ' ' + text(event.flow));
    });
  }

  /// By the tuple of their first packet.
  [[nodiscard]] std::map<std::string, Flow> flows() const {
    std::map<std::string, Flow> flows;
    for (const Flow& flow : kernel.flows()) flows.emplace(text(flow.original), flow);
    return flows;
  }

  FakeKernel kernel;
  std::vector<std::string> events;

 private:
  std::optional<Rule> rule_;
};

/// The packets of a drawn sequence, without what else happens in it.
void append_packets(std::uint64_t sequence, const KernelProfile& profile,
                    std::vector<Packet>& packets) {
  constexpr std::size_t acts = 60;
  for (const Act& act : draw_sequence(sequence, acts, false)) {
    if (act.kind == Act::Kind::packet) packets.push_back(parse_packet(act.bytes, profile));
  }
}

class DrawnPackets : public testing::TestWithParam<KernelProfile> {};

TEST_P(DrawnPackets, ComeToTheSameTogetherAsOneByOne) {
  const KernelProfile& profile = GetParam();
  World together(profile);
  World apart(profile);
  Random random(1);
  constexpr std::uint64_t rounds = 2500;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    std::vector<Packet> packets;
    for (std::size_t i = 0; i <= random.below(3); ++i) {
      append_packets(3 * round + i, profile, packets);
    }
    std::vector<PacketState> states(packets.size());
    together.kernel.packets(packets, states);
    for (std::size_t i = 0; i < packets.size(); ++i) {
      ASSERT_EQ(apart.kernel.packet(packets[i]), states[i]) << "packet " << i;
    }
    ASSERT_EQ(together.events, apart.events);
    const std::chrono::seconds pause(random.below(30));
    together.kernel.advance(pause);
    apart.kernel.advance(pause);
  }
  const auto flows = together.flows();
  const auto others = apart.flows();
  ASSERT_GT(flows.size(), 10U);
  ASSERT_EQ(flows.size(), others.size());
  for (const auto& [name, flow] : flows) {
    const auto other = others.find(name);
    ASSERT_NE(other, others.end()) << name;
    EXPECT_EQ(text(flow), text(other->second)) << name;
    EXPECT_EQ(flow.info, other->second.info) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(EachProfile, DrawnPackets, testing::ValuesIn(kernel_profiles),
                         [](const auto& info) {
                           std::string name(info.param.name);
                           for (char& c : name) c = std::isalnum(c) != 0 ? c : '_';
                           return name;
                         });

}  // namespace
}  // namespace cttimeout::test
