// Flows through the public interface: rules, time, policies, events, and what a program is shown.
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <vector>

#include "cttimeout/build_packet.h"
#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"

namespace cttimeout {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Endpoint client_end = "10.0.0.1:40000";
const Endpoint server_end = "10.0.0.2:22";

class FlowTest : public testing::Test {
 protected:
  void add(const Policy& policy) { ASSERT_TRUE(client_.add(policy)); }

  Rule rule(const CtRule& rule) { return kernel_.add_rule(rule).value(); }

  /// The only flow.
  Flow flow() { return kernel_.flows().at(0); }

  FakeKernel kernel_;
  std::unique_ptr<SocketTransport> transport_ = kernel_.connect();
  Client client_{*transport_};
  Policy ssh_{.name = "ssh",
              .protocol = IPPROTO_TCP,
              .timeouts = {{CTA_TIMEOUT_TCP_ESTABLISHED, seconds(3000)}}};
  CtRule ssh_rule_{.protocol = IPPROTO_TCP, .destination_port = 22, .timeout = "ssh"};
};

TEST_F(FlowTest, IsShownWithItsPolicyAndTheSlotThatRuns) {  // K-FLOW-260
  add(ssh_);
  const Rule held = rule(ssh_rule_);
  const Connection connection = kernel_.open_tcp(client_end, server_end);
  kernel_.advance(seconds(10));
  ASSERT_EQ(kernel_.flow_count(), 1U);
  const Flow flow = this->flow();
  EXPECT_EQ(flow.original.source, client_end.address);
  EXPECT_EQ(flow.original.source_port, 40000);
  EXPECT_EQ(flow.reply.source, server_end.address);
  EXPECT_EQ(flow.reply.destination_port, 40000);
  EXPECT_EQ(flow.status, std::uint32_t{IPS_SEEN_REPLY | IPS_ASSURED | IPS_CONFIRMED});
  EXPECT_EQ(flow.state, "ESTABLISHED");
  EXPECT_EQ(flow.remaining, seconds(2990));
  EXPECT_EQ(flow.policy, "ssh");
  EXPECT_EQ(flow.slot->name, "ESTABLISHED");
  EXPECT_EQ(std::get<TcpInfo>(flow.info).state, TCP_CONNTRACK_ESTABLISHED);
}

TEST_F(FlowTest, RunsOnTheDefaultsWithoutARule) {
  add(ssh_);
  const Connection connection = kernel_.open_tcp(client_end, server_end);
  EXPECT_EQ(connection.flow()->remaining, hours(120));
  EXPECT_EQ(connection.flow()->policy, std::nullopt);
}

TEST_F(FlowTest, EndsAtTheTickOfItsDeadline) {  // K-FLOW-281/283
  std::vector<FlowEvent> events;
  kernel_.watch_flows([&](const FlowEvent& event) { events.push_back(event); });
  kernel_.packet(udp(client_end, server_end));
  const std::uint64_t begin = kernel_.ticks();
  kernel_.advance(seconds(30) - milliseconds(4));
  EXPECT_EQ(flow().remaining, seconds(0));
  kernel_.advance(milliseconds(4));
  EXPECT_EQ(kernel_.flow_count(), 0U);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind, FlowEvent::Kind::created);
  EXPECT_EQ(events[1].kind, FlowEvent::Kind::destroyed);
  EXPECT_TRUE(events[1].expired);
  EXPECT_EQ(events[1].ticks, begin + 30ULL * kernel_.profile().hz);
}

// The place of a flow that is gone is looked at in its time, by whomever it is taken.
TEST_F(FlowTest, LeavesNothingBehindThatConcernsAnother) {
  const Packet first = udp(client_end, server_end);
  const Packet second = udp("10.0.0.3:1", server_end);
  kernel_.packet(first);
  kernel_.set_flow_timeout(first.tuple, seconds(10));
  kernel_.remove_flow(first.tuple);
  kernel_.advance(seconds(5));
  kernel_.packet(second);  // is looked at after 5 s, and lives for 30 s
  kernel_.advance(seconds(26));
  EXPECT_EQ(kernel_.flow_count(), 1U);
  kernel_.advance(seconds(4));
  EXPECT_EQ(kernel_.flow_count(), 0U);
  kernel_.packet(first);
  kernel_.remove_flow(first.tuple);
  kernel_.advance(seconds(60));
  EXPECT_EQ(kernel_.flow_count(), 0U);
}

TEST_F(FlowTest, EndsAtItsDeadlineHoweverFarTheClockMoves) {
  std::vector<std::uint64_t> ends;
  kernel_.watch_flows([&](const FlowEvent& event) {
    if (event.kind == FlowEvent::Kind::destroyed) ends.push_back(event.ticks);
  });
  const Connection connection = kernel_.open_tcp(client_end, server_end);
  kernel_.packet(udp(client_end, server_end));
  kernel_.advance(milliseconds::max());
  EXPECT_EQ(ends, (std::vector<std::uint64_t>{30ULL * 250, 432000ULL * 250}));
}

TEST_F(FlowTest, IsRefreshedByItsPackets) {  // K-FLOW-280
  Connection connection = kernel_.open_tcp(client_end, server_end);
  kernel_.advance(hours(100));
  EXPECT_EQ(connection.send(), PacketState::established);
  EXPECT_EQ(connection.receive(), PacketState::established_reply);
  kernel_.advance(hours(100));
  EXPECT_EQ(connection.flow()->remaining, hours(20));
}

TEST_F(FlowTest, ClosesByTheStatesOfTcp) {
  Connection connection = kernel_.open_tcp(client_end, server_end);
  EXPECT_EQ(connection.close(), PacketState::established);
  EXPECT_EQ(connection.flow()->state, "TIME_WAIT");
  EXPECT_EQ(connection.flow()->slot->name, "TIME_WAIT");
  Connection other = kernel_.open_tcp("10.0.0.1:40001", server_end);
  EXPECT_EQ(other.reset(), PacketState::established);
  EXPECT_EQ(other.flow()->state, "CLOSE");
}

TEST_F(FlowTest, NamesTheSlotThatCutsTheTimeoutOfItsState) {  // K-FLOW-174
  const Connection connection = kernel_.open_tcp(client_end, server_end);
  // Data that nobody acknowledges.
  kernel_.packet(tcp(client_end, server_end,
                     {.flags = tcp_ack,
                      .sequence = 1001,
                      .acknowledgement = 2001,
                      .window = 65535,
                      .payload = 100}));
  EXPECT_EQ(flow().state, "ESTABLISHED");
  EXPECT_EQ(flow().slot->name, "UNACKNOWLEDGED");
  EXPECT_EQ(flow().remaining, seconds(300));
}

TEST_F(FlowTest, IsGivenWhatTheFirstMatchingRuleSays) {  // K-FLOW-260
  add(ssh_);
  const Rule first = rule({.protocol = IPPROTO_TCP, .source = "10.0.0.0/24"});  // no policy
  {
    const Rule second = rule(ssh_rule_);
    EXPECT_EQ(kernel_.open_tcp(client_end, server_end).flow()->policy, std::nullopt);
    const Rule before = *kernel_.insert_rule(0, ssh_rule_);
    EXPECT_EQ(kernel_.open_tcp("10.0.0.1:40001", server_end).flow()->policy, "ssh");
    EXPECT_EQ(client_.get("ssh")->users, 3U);  // the list itself is one
  }
  EXPECT_EQ(kernel_.open_tcp("10.0.1.1:40002", server_end).flow()->policy, std::nullopt);
  EXPECT_EQ(client_.get("ssh")->users, 1U);
}

TEST_F(FlowTest, IsMatchedByEveryFieldOfARule) {
  add({.name = "u", .protocol = IPPROTO_UDP, .timeouts = {}});
  const Rule held = rule({.protocol = IPPROTO_UDP,
                          .source = "10.0.0.0/30",
                          .destination = "10.0.0.2",
                          .source_port = {1000, 2000},
                          .destination_port = 53,
                          .timeout = "u"});
  const auto policy = [&](const Packet& packet) {
    kernel_.flush_flows();
    kernel_.packet(packet);
    return flow().policy;
  };
  EXPECT_EQ(policy(udp("10.0.0.1:1000", "10.0.0.2:53")), "u");
  EXPECT_EQ(policy(udp("10.0.0.3:2000", "10.0.0.2:53")), "u");
  EXPECT_EQ(policy(udp("10.0.0.4:1000", "10.0.0.2:53")), std::nullopt);
  EXPECT_EQ(policy(udp("10.0.0.1:1000", "10.0.0.3:53")), std::nullopt);
  EXPECT_EQ(policy(udp("10.0.0.1:999", "10.0.0.2:53")), std::nullopt);
  EXPECT_EQ(policy(udp("10.0.0.1:2001", "10.0.0.2:53")), std::nullopt);
  EXPECT_EQ(policy(udp("10.0.0.1:1000", "10.0.0.2:54")), std::nullopt);
  EXPECT_EQ(policy(tcp("10.0.0.1:1000", "10.0.0.2:53", {.flags = tcp_syn})), std::nullopt);
  EXPECT_EQ(policy(udp("[fd00::1]:1000", "[fd00::2]:53")), std::nullopt);
  Packet own = udp("10.0.0.1:1000", "10.0.0.2:53");
  own.hook = Hook::output;
  EXPECT_EQ(policy(own), std::nullopt);
}

TEST_F(FlowTest, IsNotSeenByConntrackUnderNotrack) {
  const auto notrack =
      kernel_.add_rule({.protocol = IPPROTO_UDP, .notrack = true, .timeout = "no such policy"});
  ASSERT_TRUE(notrack);
  EXPECT_EQ(kernel_.packet(udp(client_end, server_end)), PacketState::untracked);
  EXPECT_EQ(kernel_.flow_count(), 0U);
}

TEST_F(FlowTest, RulesAreRefusedAsTheKernelDoes) {  // K-USE-2, K-FLOW-261
  EXPECT_EQ(kernel_.add_rule({.protocol = IPPROTO_DCCP, .destination_port = 1}).error(), EINVAL);
  add(ssh_);
  add({.name = "rest", .protocol = generic_protocol, .timeouts = {}});
  add({.name = "six", .family = Family::ipv6, .protocol = IPPROTO_TCP, .timeouts = {}});
  const auto error = [&](const CtRule& rule) {
    const auto result = kernel_.add_rule(rule);
    return result ? 0 : result.error();
  };
  EXPECT_EQ(error({.protocol = IPPROTO_TCP, .timeout = "ssh"}), 0);
  EXPECT_EQ(error({.protocol = IPPROTO_TCP, .timeout = "none"}), ENOENT);
  EXPECT_EQ(error({.protocol = IPPROTO_TCP, .timeout = std::string(31, 'x')}), ENOENT);
  EXPECT_EQ(error({.protocol = IPPROTO_TCP, .timeout = std::string(32, 'x')}), ENAMETOOLONG);
  EXPECT_EQ(error({.timeout = "ssh"}), EINVAL);
  EXPECT_EQ(error({.protocol = IPPROTO_UDP, .timeout = "ssh"}), EINVAL);
  EXPECT_EQ(error({.family = AF_INET6, .protocol = IPPROTO_TCP, .timeout = "ssh"}), EINVAL);
  EXPECT_EQ(error({.family = AF_INET6, .protocol = IPPROTO_TCP, .timeout = "six"}), 0);
  EXPECT_EQ(error({.protocol = IPPROTO_DCCP, .timeout = "rest"}), 0);
  EXPECT_EQ(error({.protocol = 253, .timeout = "rest"}), 0);
  EXPECT_EQ(error({.family = AF_UNIX, .protocol = IPPROTO_TCP}), ENOENT);
  // What iptables itself would refuse.
  EXPECT_EQ(error({.destination_port = 22}), EINVAL);
  EXPECT_EQ(error({.protocol = 253, .source_port = 22}), EINVAL);
  EXPECT_EQ(error({.destination = "fd00::/8"}), EINVAL);
  EXPECT_EQ(client_.get("ssh")->users, 1U);
}

TEST_F(FlowTest, HoldsItsPolicyOnlyByTheRule) {  // K-FLOW-263
  add(ssh_);
  Connection connection = [&] {
    const Rule held = rule(ssh_rule_);
    EXPECT_EQ(client_.remove("ssh").error().code, EBUSY);
    return kernel_.open_tcp(client_end, server_end);
  }();
  EXPECT_EQ(connection.flow()->policy, "ssh");
  ssh_.timeouts.set(CTA_TIMEOUT_TCP_ESTABLISHED, seconds(100));
  ASSERT_TRUE(client_.replace(ssh_));
  EXPECT_EQ(connection.flow()->remaining, seconds(3000));
  connection.send();
  EXPECT_EQ(connection.flow()->remaining, seconds(100));
  ASSERT_TRUE(client_.remove("ssh"));
  EXPECT_EQ(connection.flow()->policy, std::nullopt);
  connection.send();
  EXPECT_EQ(connection.flow()->remaining, hours(120));
}

TEST_F(FlowTest, IsChangedByHand) {  // K-FLOW-285
  const Connection connection = kernel_.open_tcp(client_end, server_end);
  const Tuple tuple = connection.flow()->reply;
  EXPECT_TRUE(kernel_.set_flow_timeout(tuple, seconds(77)));
  EXPECT_EQ(flow().remaining, seconds(77));
  EXPECT_EQ(flow().slot, nullptr);
  EXPECT_TRUE(kernel_.set_flow_timeout(tuple, seconds::max()));
  EXPECT_EQ(flow().remaining, seconds(8589934));
  EXPECT_TRUE(kernel_.set_flow_timeout(tuple, seconds(-1)));
  EXPECT_EQ(kernel_.flow_count(), 0U);
  EXPECT_FALSE(kernel_.set_flow_timeout(tuple, seconds(1)));
  EXPECT_FALSE(kernel_.remove_flow(tuple));
}

TEST_F(FlowTest, IsWatchedUntilNobodyWatches) {
  std::size_t events = 0;
  kernel_.watch_flows([&](const FlowEvent&) { ++events; });
  kernel_.packet(udp(client_end, server_end));
  EXPECT_EQ(events, 1U);
  kernel_.watch_flows(nullptr);
  kernel_.flush_flows();
  EXPECT_EQ(events, 1U);
}

TEST_F(FlowTest, IsRemovedByHand) {
  const Connection connection = kernel_.open_tcp(client_end, server_end);
  kernel_.packet(udp(client_end, server_end));
  EXPECT_TRUE(kernel_.remove_flow(connection.flow()->original));
  EXPECT_EQ(kernel_.flow_count(), 1U);
  kernel_.flush_flows();
  EXPECT_EQ(kernel_.flow_count(), 0U);
  EXPECT_EQ(connection.flow(), std::nullopt);
}

TEST_F(FlowTest, ObeysTheSysctlsOfConntrack) {  // K-FLOW-340
  const auto write = [&](std::string_view name, std::string_view text) {
    const auto result = kernel_.write_sysctl(name, text);
    return result ? 0 : result.error();
  };
  EXPECT_EQ(kernel_.read_sysctl("nf_conntrack_tcp_loose"), "1");
  EXPECT_EQ(write("nf_conntrack_tcp_loose", "0"), 0);
  EXPECT_EQ(kernel_.read_sysctl("nf_conntrack_tcp_loose"), "0");
  EXPECT_EQ(kernel_.packet(tcp(client_end, server_end, {.flags = tcp_ack, .window = 9})),
            PacketState::invalid);
  EXPECT_EQ(write("nf_conntrack_tcp_loose", " 0x1 and more"), 0);
  EXPECT_EQ(write("nf_conntrack_tcp_loose", ""), 0);
  EXPECT_EQ(kernel_.read_sysctl("nf_conntrack_tcp_loose"), "1");
  for (const std::string_view text : {"2", "-0", "-1", "1x", "+1", " "}) {
    EXPECT_EQ(write("nf_conntrack_tcp_loose", text), EINVAL) << text;
  }
  EXPECT_EQ(write("nf_conntrack_tcp_max_retrans", "255"), 0);
  EXPECT_EQ(write("nf_conntrack_tcp_max_retrans", "256"), EINVAL);
  EXPECT_EQ(write("nf_conntrack_acct", "1"), ENOENT);
  FakeKernel old(*find_profile("linux-5.10"));
  EXPECT_EQ(old.read_sysctl("nf_conntrack_tcp_ignore_invalid_rst"), std::nullopt);
}

TEST(Flows, MayOutliveTheirKernel) {
  std::optional<Connection> connection;
  std::optional<Rule> rule;
  {
    FakeKernel kernel;
    rule = *kernel.add_rule({.notrack = true});
    connection = kernel.open_tcp(client_end, server_end);
  }
  EXPECT_EQ(connection->send(), PacketState::untracked);
  rule.reset();
  EXPECT_EQ(connection->send(), PacketState::new_flow);
}

}  // namespace
}  // namespace cttimeout
