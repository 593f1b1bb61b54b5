// The purpose of it all: one service gets timeouts of its own, the others keep the defaults.
#include "flows/flow_path.h"
#include "flows/layer4.h"

namespace cttimeout::packets {
namespace {

using enum Direction;
using std::chrono_literals::operator""s;

class Service : public FlowPath, public testing::WithParamInterface<Family> {
 protected:
  // Opens a connection to that port.
  testing::AssertionResult connect(std::uint16_t port) {
    const std::array steps{
        std::pair{tcp(out, {TH_SYN, 1}, port), PacketState::new_flow},
        std::pair{tcp(in, {TH_SYN | TH_ACK, 1, 2}, port), PacketState::established_reply},
        std::pair{acknowledgement(port), PacketState::established},
    };
    for (auto [packet, state] : steps) {
      packet.family = GetParam();
      if (auto passed = passes(packet, state); !passed) return passed;
    }
    return testing::AssertionSuccess();
  }

  static Packet acknowledgement(std::uint16_t port) {
    Packet packet = tcp(out, {TH_ACK, 2, 2}, port);
    packet.family = GetParam();
    return packet;
  }
};

TEST_P(Service, HasItsOwnTimeout) {  // K-FLOW-1
  constexpr std::uint16_t web = 80;
  constexpr std::uint16_t other = 22;
  CtRule rule = rule_for(IPPROTO_TCP, GetParam());
  rule.destination_port = web;
  ASSERT_TRUE(attach({.name = "web",
                      .family = GetParam(),
                      .protocol = IPPROTO_TCP,
                      .timeouts = {{CTA_TIMEOUT_TCP_ESTABLISHED, 3000s}}},
                     rule));
  ASSERT_TRUE(connect(web));
  EXPECT_TRUE(runs_for(acknowledgement(web), 3000s));
  ASSERT_TRUE(connect(other));
  EXPECT_TRUE(runs_for(acknowledgement(other), 432000s));
}

INSTANTIATE_TEST_SUITE_P(Flows, Service, testing::Values(Family::ipv4, Family::ipv6),
                         [](const auto& family) {
                           return family.param == Family::ipv4 ? "Ipv4" : "Ipv6";
                         });

}  // namespace
}  // namespace cttimeout::packets
