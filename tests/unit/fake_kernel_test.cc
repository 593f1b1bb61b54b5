// FakeKernel as an object: inputs from elsewhere, lifetimes, several sockets, no heap at work.

#include "cttimeout/fake_kernel.h"

#include <gtest/gtest.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <cerrno>
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

#include "cttimeout/client.h"
#include "support/reply.h"
#include "support/request.h"

namespace {
std::size_t allocations = 0;
}  // namespace

// Every allocation of this test binary is counted. Not inlined: g++ would take the pair that
// results, operator new and free, for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace cttimeout::test {
namespace {

using namespace std::chrono_literals;

// A rule that could be copied could be removed twice; a kernel that was moved from has no
// namespace.
static_assert(!std::is_copy_constructible_v<Rule> && !std::is_copy_assignable_v<Rule>);
static_assert(!std::is_copy_constructible_v<FakeKernel> && !std::is_copy_assignable_v<FakeKernel>);
static_assert(!std::is_move_constructible_v<FakeKernel> && !std::is_move_assignable_v<FakeKernel>);

const Policy web{"web", Family::ipv4, IPPROTO_TCP, {{3, 3000s}}};

class FakeKernelTest : public testing::Test {
 protected:
  FakeKernel kernel_;
  std::unique_ptr<SocketTransport> transport_ = kernel_.connect();
  Client client_{*transport_};
};

TEST_F(FakeKernelTest, ARuleRefersToThePolicyAndNotToItsName) {  // K-USE-3
  EXPECT_FALSE(kernel_.hold("web").has_value());
  EXPECT_FALSE(kernel_.hold(std::string(32, 'a')).has_value());
  ASSERT_TRUE(client_.add(web).has_value());
  auto rule = kernel_.hold("web");
  ASSERT_TRUE(rule.has_value());
  EXPECT_EQ(client_.get("web")->users, 2U);
  EXPECT_EQ(client_.remove("web").error().code, EBUSY);
  EXPECT_TRUE(client_.flush().has_value());
  EXPECT_EQ(kernel_.policy_count(), 1U);
  rule.reset();
  EXPECT_TRUE(client_.remove("web").has_value());
}

TEST_F(FakeKernelTest, ARuleWhosePolicyIsGoneLeavesTheNextOneOfThatNameAlone) {
  FakeKernel kernel(*find_profile("linux-7.2"));  // deletes policies in use
  const auto transport = kernel.connect();
  Client client(*transport);
  ASSERT_TRUE(client.add(web).has_value());
  auto rule = kernel.hold("web");
  ASSERT_TRUE(rule.has_value());
  ASSERT_TRUE(client.remove("web").has_value());
  ASSERT_TRUE(client.add(web).has_value());
  rule.reset();
  EXPECT_EQ(client.get("web")->users, 1U);
}

TEST_F(FakeKernelTest, ARuleIsRemovedOnceHoweverItIsMoved) {
  ASSERT_TRUE(client_.add(web).has_value());
  ASSERT_TRUE(client_.add({.name = "other", .protocol = IPPROTO_UDP}).has_value());
  {
    Rule first = *kernel_.hold("web");
    Rule second = std::move(first);
    EXPECT_EQ(client_.get("web")->users, 2U);
    first = *kernel_.hold("other");  // a moved-from one may be used again
    EXPECT_EQ(client_.get("other")->users, 2U);
    second = std::move(first);  // removes the rule on "web"
    EXPECT_EQ(client_.get("web")->users, 1U);
    EXPECT_EQ(client_.get("other")->users, 2U);
    Rule& itself = second;
    second = std::move(itself);
    EXPECT_EQ(client_.get("other")->users, 2U);
  }
  EXPECT_EQ(client_.get("web")->users, 1U);
  EXPECT_EQ(client_.get("other")->users, 1U);
  EXPECT_TRUE(client_.flush().has_value());
  EXPECT_EQ(kernel_.policy_count(), 0U);
}

TEST_F(FakeKernelTest, ARuleOfOneKernelDoesNotTouchAnother) {
  FakeKernel other;
  const auto transport = other.connect();
  Client client(*transport);
  ASSERT_TRUE(client_.add(web).has_value());
  ASSERT_TRUE(client.add(web).has_value());
  const auto kept = other.hold("web");
  {
    Rule rule = *kernel_.hold("web");
    rule = *other.hold("web");
    EXPECT_EQ(client_.get("web")->users, 1U);
    EXPECT_EQ(client.get("web")->users, 3U);
  }
  EXPECT_EQ(client.get("web")->users, 2U);
}

TEST_F(FakeKernelTest, RulesMayOutliveTheKernelAndItsSockets) {
  std::vector<Rule> rules;
  {
    FakeKernel kernel;
    const auto transport = kernel.connect();
    Client client(*transport);
    for (int i = 0; i < 300; ++i) {
      const std::string name = "n" + std::to_string(i);
      ASSERT_TRUE(client.add({.name = name, .protocol = IPPROTO_TCP}).has_value());
      rules.push_back(*kernel.hold(name));
    }
  }
  rules.erase(rules.begin(), rules.begin() + 150);
}

TEST_F(FakeKernelTest, RefusesWithoutTheCapability) {
  kernel_.set_capable(false);
  EXPECT_EQ(client_.flush().error().code, EPERM);
  kernel_.set_capable(true);
  EXPECT_TRUE(client_.flush().has_value());
}

/// The errno of the fake's only reply to `request`.
int errno_of_reply(FakeKernel& kernel, const Bytes& request) {
  const auto socket = kernel.socket();
  Bytes answer(256);
  EXPECT_TRUE(socket->send(request).has_value());
  EXPECT_TRUE(socket->receive(answer).has_value());
  EXPECT_EQ(read16(answer, 4), type_error);
  return -static_cast<int>(read32(answer, 16));
}

TEST_F(FakeKernelTest, HasNoConntrackToAsk) {  // K-NFNL-4
  constexpr std::uint16_t conntrack_get = 1 << 8 | 1;
  EXPECT_EQ(errno_of_reply(kernel_, Message(conntrack_get)), EINVAL);
}

TEST_F(FakeKernelTest, NamesTheProcessThatAsksForTheGeneration) {  // K-NFT-1
  constexpr std::uint16_t generation_get = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETGEN;
  const auto name = [&](std::uint32_t process_id) {
    const auto socket = kernel_.socket(process_id);
    Bytes reply(256);
    EXPECT_TRUE(socket->send(Message(generation_get).nfgen(0, 0, 0).bytes()));
    const auto received = socket->receive(reply);
    EXPECT_TRUE(received);
    constexpr std::size_t name_at = 40;
    return std::string(reinterpret_cast<const char*>(reply.data()) + name_at);
  };
  EXPECT_EQ(name(7), std::string(program_invocation_short_name).substr(0, 15));
  kernel_.name_processes([](std::uint32_t id) { return "process " + std::to_string(id); });
  EXPECT_EQ(name(7), "process 7");
}

TEST_F(FakeKernelTest, MirrorsDefaultsInSysctls) {
  ASSERT_TRUE(client_.set_default(IPPROTO_UDP, {{2, 200s}}).has_value());
  EXPECT_EQ(kernel_.read_sysctl("nf_conntrack_udp_timeout_stream"), "200");
  ASSERT_TRUE(kernel_.write_sysctl("nf_conntrack_udp_timeout", "44").has_value());
  EXPECT_EQ(*client_.get_default(IPPROTO_UDPLITE), (Timeouts{{1, 44s}, {2, 200s}}));
  EXPECT_EQ(kernel_.write_sysctl("nf_conntrack_max", "1").error(), ENOENT);
  EXPECT_EQ(kernel_.read_sysctl(""), std::nullopt);
}

TEST_F(FakeKernelTest, GivesEverySocketAPortOfItsOwn) {
  const auto other = kernel_.connect();
  EXPECT_EQ(transport_->port_id(), 1000U);
  EXPECT_NE(other->port_id(), transport_->port_id());
  transport_.reset();
  EXPECT_EQ(kernel_.connect()->port_id(), 1000U);
}

TEST_F(FakeKernelTest, CallsWhoeverOpenedASocketWhenSomethingComesIn) {
  int calls = 0;
  const auto socket = kernel_.socket(7, [&] { ++calls; });
  const auto request = get_policy("none").bytes();
  ASSERT_TRUE(socket->send(request, NetlinkAddress{}, 0));
  EXPECT_EQ(calls, 1);
}

TEST_F(FakeKernelTest, LeavesSocketsUsableThatOutliveIt) {
  auto kernel = std::make_unique<FakeKernel>();
  const auto transport = kernel->connect();
  Client client(*transport);
  ASSERT_TRUE(client.add(web).has_value());
  kernel.reset();
  EXPECT_EQ(client.get("web")->timeouts.get(3), 3000s);
}

TEST_F(FakeKernelTest, AllocatesAPolicyAndADumpInTheSteadyState) {
  std::size_t listed = 0;
  const Client::Visitor visit = [&listed](const InstalledPolicy&) { ++listed; };
  const auto round = [&] {
    bool all = client_.add(web).has_value();
    all = all && client_.replace(web).has_value() && client_.get("web").has_value();
    all = all && client_.list(visit).has_value() && client_.get("none").error().code == ENOENT;
    all = all && client_.get_default(IPPROTO_TCP).has_value();
    return all && client_.remove("web").has_value();
  };
  ASSERT_TRUE(round());
  ASSERT_TRUE(round());
  const std::size_t before = allocations;
  bool all = true;
  for (int i = 0; i < 1000; ++i) all = all && round();
  EXPECT_TRUE(all);
  EXPECT_EQ(allocations - before, 2 * 1000U);
  EXPECT_EQ(listed, 1002U);
}

TEST_F(FakeKernelTest, MovesItsClockInPlaceOfWaiting) {
  std::array<std::byte, 64> buffer{};
  const auto received = transport_->receive(buffer, 10min);
  ASSERT_FALSE(received.has_value());
  EXPECT_EQ(received.error().what, Errc::timed_out);
  EXPECT_EQ(kernel_.ticks(), 10 * 60 * kernel_.profile().hz);
  EXPECT_FALSE(transport_->receive(buffer, std::chrono::milliseconds::min()).has_value());
  EXPECT_EQ(kernel_.ticks(), 10 * 60 * kernel_.profile().hz) << "below 0 is no wait";
  EXPECT_FALSE(transport_->receive(buffer, std::chrono::milliseconds::max()).has_value());
  EXPECT_FALSE(transport_->receive(buffer, 1ms).has_value());
  EXPECT_EQ(kernel_.ticks(), std::numeric_limits<std::uint64_t>::max());
}

TEST_F(FakeKernelTest, HasAClockOfWholeTicksThatMovesWhenTold) {
  EXPECT_EQ(kernel_.ticks(), 0U);
  for (int i = 0; i < 7; ++i) kernel_.advance(1ms);  // a tick has 4
  EXPECT_EQ(kernel_.ticks(), 1U);
  kernel_.advance(1ms);
  EXPECT_EQ(kernel_.ticks(), 2U);
  kernel_.advance(-1h);
  EXPECT_EQ(kernel_.ticks(), 2U);
  kernel_.advance(999999999s);
  EXPECT_EQ(kernel_.ticks(), 2U + 999999999ULL * 250);
  kernel_.advance(std::chrono::milliseconds::max());
  kernel_.advance(1s);
  EXPECT_EQ(kernel_.ticks(), std::numeric_limits<std::uint64_t>::max());
}

TEST(FakeKernelClock, CountsTheRestOfATick) {
  KernelProfile profile = linux_6_18;
  profile.hz = 300;
  FakeKernel kernel(profile);
  for (int i = 0; i < 1000; ++i) kernel.advance(1ms);
  EXPECT_EQ(kernel.ticks(), 300U);
}

TEST(ParseSockaddr, ReadsAnAddressAsSendtoDoes) {
  const Bytes address = join({host16(16), host16(0xffff), host32(77), host32(3)});
  EXPECT_EQ(*parse_sockaddr(address), (NetlinkAddress{.port_id = 77, .groups = 3}));
  EXPECT_EQ(*parse_sockaddr(join({address, zeros(20)})), (NetlinkAddress{77, 3}));
  EXPECT_EQ(*parse_sockaddr({}), std::nullopt);
  EXPECT_EQ(parse_sockaddr(View(address).first(11)).error(), EINVAL);
  EXPECT_EQ(parse_sockaddr(View(address).first(1)).error(), EINVAL);
  EXPECT_EQ(parse_sockaddr(join({host16(2), zeros(10)})).error(), EINVAL);
}

}  // namespace
}  // namespace cttimeout::test
