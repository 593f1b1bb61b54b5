// Kernel profiles: what their versions change.

#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "core/behaviours.h"
#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"
#include "netlink/receive_queue.h"
#include "support/claiming_transport.h"
#include "support/request.h"

namespace cttimeout::test {
namespace {

using namespace std::chrono_literals;
using fake::Behaviour;
using fake::charge_for;

const KernelProfile& profile(std::string_view name) {
  const KernelProfile* found = find_profile(name);
  EXPECT_NE(found, nullptr) << name;
  return *found;
}

int errno_of(const Result<void>& result) {
  return result ? 0 : result.error().code;
}

TEST(Profile, IsFoundByName) {
  EXPECT_EQ(profile("linux-6.18").version, (KernelVersion{6, 18}));
  EXPECT_EQ(find_profile("linux-1.0"), nullptr);
  EXPECT_TRUE(linux_6_18.verified);
  EXPECT_EQ(FakeKernel().profile().name, "linux-6.18");
}

TEST(Profile, DecidesBehavioursByLine) {
  struct Row {
    Behaviour behaviour;
    std::vector<std::string_view> lines;  // that behave so
  };
  const Row rows[] = {
      {Behaviour::default_set_needs_l3proto, {"linux-5.10", "linux-6.1"}},
      {Behaviour::delete_refuses_used, {"linux-5.10", "linux-6.1", "linux-6.18"}},
      {Behaviour::overrun_counts_new, {"linux-6.1", "linux-6.12", "linux-6.18", "linux-7.2"}},
      {Behaviour::hook_subsystem, {"linux-6.1", "linux-6.12", "linux-6.18", "linux-7.2"}},
      {Behaviour::listen_all_nsid_is_read, {"linux-6.12", "linux-6.18", "linux-7.2"}},
      {Behaviour::older_tcp_window, {"linux-5.10"}},
      {Behaviour::cut_dccp_is_dropped, {"linux-5.10", "linux-6.1"}},
      {Behaviour::every_init_opens, {"linux-5.10"}},
      {Behaviour::inexact_rst_is_unacknowledged, {"linux-6.12"}},
  };
  for (const auto& [behaviour, lines] : rows) {
    for (const KernelProfile& kernel : kernel_profiles) {
      const bool expected = std::ranges::find(lines, kernel.name) != lines.end();
      EXPECT_EQ(has(kernel, behaviour), expected)
          << int{static_cast<std::uint8_t>(behaviour)} << ' ' << kernel.name;
    }
  }
}

TEST(Profile, TracksDccpOnlyWhereTheKernelDid) {  // K-VER-14
  const Policy policy{"d", Family::ipv4, IPPROTO_DCCP, {{1, 100s}}};
  FakeKernel old(profile("linux-6.1"));
  const auto old_transport = old.connect();
  Client on_old(*old_transport);
  EXPECT_EQ(errno_of(on_old.add(policy)), 0);
  EXPECT_EQ(
      on_old.get("d")->timeouts,
      (Timeouts{{1, 100s}, {2, 480s}, {3, 480s}, {4, 43200s}, {5, 64s}, {6, 64s}, {7, 240s}}));
  EXPECT_EQ(old.read_sysctl("nf_conntrack_dccp_timeout_request"), "240");

  FakeKernel today;
  const auto transport = today.connect();
  Client on_today(*transport);
  EXPECT_EQ(errno_of(on_today.add(policy)), EOPNOTSUPP);
  EXPECT_EQ(today.read_sysctl("nf_conntrack_dccp_timeout_request"), std::nullopt);
}

TEST(Profile, TracksUdpliteOnlyWhereTheKernelDid) {  // K-VER-15
  for (const auto& [name, error] : {std::pair{"linux-6.18", 0}, {"linux-7.2", EOPNOTSUPP}}) {
    FakeKernel kernel(profile(name));
    const auto transport = kernel.connect();
    Client client(*transport);
    EXPECT_EQ(errno_of(client.add({"u", Family::ipv4, IPPROTO_UDPLITE, {}})), error) << name;
    EXPECT_TRUE(client.get_default(IPPROTO_UDP).has_value()) << name;
  }
}

TEST(Profile, RemovesAPolicyInUseWhereTheKernelDoes) {  // K-VER-16
  for (const std::string_view name : {"linux-6.12", "linux-7.2"}) {
    FakeKernel kernel(profile(name));
    const auto transport = kernel.connect();
    Client client(*transport);
    ASSERT_TRUE(client.add({"web", Family::ipv4, IPPROTO_TCP, {}}).has_value());
    auto rule = kernel.hold("web");
    auto other = kernel.hold("web");
    ASSERT_TRUE(rule.has_value() && other.has_value());
    EXPECT_EQ(client.get("web")->users, 5U) << "the list, and twice for each rule";
    other.reset();
    EXPECT_EQ(client.get("web")->users, 3U);
    EXPECT_TRUE(client.remove("web").has_value());
    rule.reset();
    EXPECT_EQ(kernel.policy_count(), 0U);
  }
}

TEST(Profile, OfAProgramMayHaveAnyTicksPerSecond) {
  for (const std::uint32_t hz : {0U, 1U, 0x7fffffffU, 0xffffffffU}) {
    FakeKernel kernel(KernelProfile{"mine", {6, 18}, hz, 256, false});
    EXPECT_EQ(kernel.profile().hz, std::max(hz, 1U));
    const auto transport = kernel.connect();
    Client client(*transport);
    const Result<void> added = client.add({"web", Family::ipv4, IPPROTO_TCP, {{1, 1s}}});
    if (hz < 0x80000000U) {
      ASSERT_TRUE(added.has_value());
      EXPECT_EQ(client.get("web")->timeouts.get(1), 1s);
    } else {
      EXPECT_EQ(added.error().what, Errc::limit_unusable);  // no second fits into its ticks
    }
    EXPECT_TRUE(kernel.write_sysctl("nf_conntrack_udp_timeout", "0").has_value());
    EXPECT_EQ(kernel.read_sysctl("nf_conntrack_udp_timeout"), "0");
  }
}

TEST(Profile, ChargesSmallDatagramsAsItsKernelAllocatesThem) {  // K-MEM-1
  EXPECT_EQ(charge_for(profile("linux-6.1"), 192), 768U);
  EXPECT_EQ(charge_for(profile("linux-6.1"), 193), 1280U);
  EXPECT_EQ(charge_for(profile("linux-6.12"), 384), 960U);
  EXPECT_EQ(charge_for(profile("linux-6.12"), 385), 1280U);
}

TEST(Profile, LooksAtTheNewDatagramBeforeAnOverrunWhereTheKernelDoes) {  // K-VER-17
  // Three acks of 768 bytes fill the smallest buffer; where only those before it count, a fourth
  // finds it not yet beyond its limit.
  for (const auto& [name, acks] : {std::pair{"linux-5.10", 4U}, {"linux-6.1", 3U}}) {
    FakeKernel kernel(profile(name));
    const auto socket = kernel.socket();
    ASSERT_TRUE(socket->set_option(SOL_SOCKET, SO_RCVBUF, host32(1)).has_value());
    for (int i = 0; i < 6; ++i) ASSERT_TRUE(socket->send(get_policy("x").bytes()).has_value());
    EXPECT_EQ(socket->memory(), (SocketMemory{.used = acks * 768, .drops = 6 - acks})) << name;
  }
}

TEST(Profile, KnowsAsManySubsystemsAsItsKernel) {  // K-BATCH-2
  for (const auto& [name, error] : {std::pair{"linux-5.10", EINVAL}, {"linux-6.1", EOPNOTSUPP}}) {
    FakeKernel kernel(profile(name));
    const auto socket = kernel.socket();
    const Bytes request = Message(type_batch_begin).nfgen(0, 0, 12);
    ASSERT_TRUE(socket->send(request).has_value());
    Bytes answer(4096);
    answer.resize(socket->receive(answer)->copied);
    EXPECT_EQ(read32(answer, header_size), 0U - static_cast<std::uint32_t>(error)) << name;
  }
}

TEST(Profile, ReadsListenAllNsidWhereTheKernelDoes) {  // K-SOCK-11
  Bytes value(4);
  const auto old = FakeKernel(profile("linux-6.1")).socket();
  EXPECT_EQ(old->get_option(SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, value),
            tl::unexpected(ENOPROTOOPT));
  EXPECT_TRUE(old->set_option(SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, host32(1)).has_value());
  const auto newer = FakeKernel(profile("linux-6.12")).socket();
  EXPECT_EQ(newer->get_option(SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, value), 4U);
}

TEST(Profile, OfAnotherRateBoundsWhatAClientOnItSends) {
  FakeKernel fast(
      {.name = "fast", .version = {6, 18}, .hz = 1000, .small_room = 256, .verified = false});
  const auto transport = fast.connect();
  Client client(*transport);
  ASSERT_TRUE(client.add({"web", Family::ipv4, IPPROTO_UDP, {{1, 2147483s}}}));
  EXPECT_EQ(client.add({"www", Family::ipv4, IPPROTO_UDP, {{1, 2147484s}}}).error().origin,
            Origin::request);
}

TEST(Profile, CountsTicksAtItsOwnRate) {
  FakeKernel fast(
      {.name = "fast", .version = {6, 18}, .hz = 1000, .small_room = 256, .verified = false});
  const auto transport = fast.connect();
  ClaimingTransport claiming(*transport);
  claiming.claimed_hz = 250;  // the wrong rate: lets a value through that wraps
  Client client(claiming);
  ASSERT_TRUE(client.add({"web", Family::ipv4, IPPROTO_UDP, {{1, 4294968s}}}).has_value());
  EXPECT_EQ(client.get("web")->timeouts.get(1), 0s);
}

}  // namespace
}  // namespace cttimeout::test
