// What becomes of live flows when their policy, its rule or the defaults change.
#include <cerrno>

#include "flows/flow_path.h"
#include "flows/layer4.h"

namespace cttimeout::packets {
namespace {

using enum Direction;
using std::chrono_literals::operator""s;

class LivePolicy : public FlowPath {
 protected:
  testing::AssertionResult attach_to_udp(const Policy& policy) {
    return attach(policy, rule_for(IPPROTO_UDP));
  }

  // The dns policy with this timeout for questions.
  [[nodiscard]] Policy slower(std::chrono::seconds unreplied) const {
    Policy policy = dns_;
    policy.timeouts.set(CTA_TIMEOUT_UDP_UNREPLIED, unreplied);
    return policy;
  }

  const Policy dns_{
      .name = "dns", .protocol = IPPROTO_UDP, .timeouts = {{CTA_TIMEOUT_UDP_UNREPLIED, 100s}}};
  static constexpr std::chrono::seconds default_timeout_ = 30s;
};

TEST_F(LivePolicy, TakesNewTimeoutsAtTheNextPacket) {  // K-FLOW-6
  ASSERT_TRUE(attach_to_udp(dns_));
  EXPECT_TRUE(sets(udp(out), 100s));
  ASSERT_TRUE(client().replace(slower(300s)));
  EXPECT_TRUE(runs_for(udp(out), 100s));
  EXPECT_TRUE(sets(udp(out), 300s));
}

TEST_F(LivePolicy, OfGreReachesOnlyNewFlows) {  // K-FLOW-25
  Policy tunnel{
      .name = "tunnel", .protocol = IPPROTO_GRE, .timeouts = {{CTA_TIMEOUT_GRE_UNREPLIED, 100s}}};
  ASSERT_TRUE(attach(tunnel, rule_for(IPPROTO_GRE)));
  EXPECT_TRUE(sets(gre(out), 100s));
  tunnel.timeouts.set(CTA_TIMEOUT_GRE_UNREPLIED, 300s);
  ASSERT_TRUE(client().replace(tunnel));
  EXPECT_TRUE(sets(gre(out), 100s));
  ground().remove_flow(tuple_of(gre(out)));
  EXPECT_TRUE(sets(gre(out), 300s));
}

TEST_F(LivePolicy, DoesNotRenewTheTimerOfSynsSentAgain) {
  Policy web{
      .name = "web", .protocol = IPPROTO_TCP, .timeouts = {{CTA_TIMEOUT_TCP_SYN_SENT, 100s}}};
  const Packet syn = tcp(out, {TH_SYN});
  ASSERT_TRUE(attach(web, rule_for(IPPROTO_TCP)));
  EXPECT_TRUE(sets(syn, 100s));
  web.timeouts.set(CTA_TIMEOUT_TCP_SYN_SENT, 200s);
  ASSERT_TRUE(client().replace(web));
  EXPECT_TRUE(pass(syn));
  EXPECT_TRUE(runs_for(syn, 100s));
}

TEST_F(LivePolicy, StaysWithItsFlowsAfterTheRule) {  // K-FLOW-6
  ASSERT_TRUE(attach_to_udp(dns_));
  EXPECT_TRUE(sets(udp(out), 100s));
  delete_rule();
  EXPECT_TRUE(sets(udp(out), 100s));
  ASSERT_TRUE(client().replace(slower(300s)));
  EXPECT_TRUE(sets(udp(out), 300s));
}

TEST_F(LivePolicy, LeavesFlowsToTheDefaultsWhenItIsRemoved) {  // K-FLOW-6, K-USE-1
  ASSERT_TRUE(attach_to_udp(dns_));
  EXPECT_TRUE(sets(udp(out), 100s));
  delete_rule();
  EXPECT_TRUE(client().remove("dns"));
  EXPECT_TRUE(runs_for(udp(out), 100s));
  EXPECT_TRUE(sets(udp(out), default_timeout_));
}

TEST_F(LivePolicy, OfTheSameNameIsAnotherPolicy) {  // K-FLOW-11
  ASSERT_TRUE(attach_to_udp(dns_));
  EXPECT_TRUE(sets(udp(out), 100s));
  delete_rule();
  EXPECT_TRUE(client().remove("dns"));
  EXPECT_TRUE(client().add(slower(300s)));
  EXPECT_TRUE(sets(udp(out), default_timeout_));
}

TEST_F(LivePolicy, IsNotRemovedWhileARuleRefersToIt) {  // K-USE-1
  ASSERT_TRUE(attach_to_udp(dns_));
  EXPECT_TRUE(sets(udp(out), 100s));
  const auto removed = client().remove("dns");
  if (lacks(!removed, "protection of used policies")) return;
  EXPECT_TRUE(refused(removed, EBUSY));
  EXPECT_EQ(client().get("dns")->users, 2U);
  EXPECT_TRUE(sets(udp(out), 100s));
}

TEST_F(LivePolicy, MissesFlowsThatAreOlderThanTheRule) {  // K-FLOW-9
  EXPECT_TRUE(sets(udp(out), default_timeout_));
  ASSERT_TRUE(attach_to_udp(dns_));
  EXPECT_TRUE(sets(udp(out), default_timeout_));
}

TEST_F(LivePolicy, ShieldsItsFlowsFromTheDefaults) {  // K-FLOW-9
  ASSERT_TRUE(attach_to_udp(dns_));
  ASSERT_TRUE(client().set_default(IPPROTO_UDP, {{CTA_TIMEOUT_UDP_UNREPLIED, 60s}}));
  ASSERT_TRUE(client().set_default(generic_protocol, {{CTA_TIMEOUT_GENERIC_TIMEOUT, 70s}}));
  EXPECT_TRUE(sets(udp(out), 100s));
  EXPECT_TRUE(sets(untracked(out), 70s));
  ASSERT_TRUE(client().set_default(generic_protocol, {{CTA_TIMEOUT_GENERIC_TIMEOUT, 80s}}));
  EXPECT_TRUE(sets(untracked(out), 80s));
}

TEST_F(LivePolicy, OfTheFirstRuleWins) {  // K-FLOW-10
  Policy second = slower(300s);
  second.name = "second";
  ASSERT_TRUE(attach_to_udp(dns_));
  ASSERT_TRUE(attach_to_udp(second));
  EXPECT_TRUE(sets(udp(out), 100s));
}

TEST_F(LivePolicy, HoldsTheLongestTimeoutThatClientAccepts) {  // K-FLOW-8
  const std::chrono::seconds longest{0x7fffffff / ground().transport().hz()};
  ASSERT_TRUE(attach_to_udp(slower(longest)));
  EXPECT_TRUE(sets(udp(out), longest));
  EXPECT_FALSE(client().replace(slower(longest + 1s)));
}

}  // namespace
}  // namespace cttimeout::packets
