// Kernel profiles: what their versions change.

#include <gtest/gtest.h>

#include <cerrno>

#include "behaviours.h"
#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"

namespace cttimeout::test {
namespace {

using namespace std::chrono_literals;

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

TEST(Profile, DecidesBehavioursByVersion) {
  EXPECT_TRUE(has(profile("linux-6.1"), Behaviour::default_set_needs_l3proto));
  EXPECT_FALSE(has(profile("linux-6.18"), Behaviour::default_set_needs_l3proto));
  const KernelProfile future{.name = "linux-7.2", .version = {7, 2}, .hz = 250, .verified = false};
  EXPECT_FALSE(has(future, Behaviour::delete_refuses_used));
}

TEST(Profile, TracksDccpOnlyWhereTheKernelDid) {  // K-VER-14
  const Policy policy{"d", Family::ipv4, IPPROTO_DCCP, {{1, 100s}}};
  FakeKernel old(profile("linux-6.1"));
  const auto old_transport = old.connect();
  Client on_old(*old_transport, {.hz = 250});
  EXPECT_EQ(errno_of(on_old.add(policy)), 0);
  EXPECT_EQ(
      on_old.get("d")->timeouts,
      (Timeouts{{1, 100s}, {2, 480s}, {3, 480s}, {4, 43200s}, {5, 64s}, {6, 64s}, {7, 240s}}));
  EXPECT_EQ(old.read_sysctl("nf_conntrack_dccp_timeout_request"), "240");

  FakeKernel today;
  const auto transport = today.connect();
  Client on_today(*transport, {.hz = 250});
  EXPECT_EQ(errno_of(on_today.add(policy)), EOPNOTSUPP);
  EXPECT_EQ(today.read_sysctl("nf_conntrack_dccp_timeout_request"), std::nullopt);
}

TEST(Profile, RemovesAPolicyInUseWhereTheKernelDoes) {  // K-VER-16
  FakeKernel future({.name = "linux-7.2", .version = {7, 2}, .hz = 250, .verified = false});
  const auto transport = future.connect();
  Client client(*transport, {.hz = 250});
  ASSERT_TRUE(client.add({"web", Family::ipv4, IPPROTO_TCP, {}}).has_value());
  const auto hold = future.hold("web");
  ASSERT_TRUE(hold.has_value());
  EXPECT_TRUE(client.remove("web").has_value());
  future.release(*hold);
  EXPECT_EQ(future.policy_count(), 0U);
}

TEST(Profile, CountsTicksAtItsOwnRate) {
  FakeKernel fast({.name = "fast", .version = {6, 18}, .hz = 1000, .verified = false});
  const auto transport = fast.connect();
  Client client(*transport, {.hz = 250});  // the wrong rate: lets a value through that wraps
  ASSERT_TRUE(client.add({"web", Family::ipv4, IPPROTO_UDP, {{1, 4294968s}}}).has_value());
  EXPECT_EQ(client.get("web")->timeouts.get(1), 0s);
}

}  // namespace
}  // namespace cttimeout::test
