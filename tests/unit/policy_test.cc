// The plain values: names, timeouts, policies, and the table they are made from.

#include "cttimeout/policy.h"

#include <gtest/gtest.h>

#include <bit>
#include <string>

namespace cttimeout::test {
namespace {

using namespace std::chrono_literals;

static_assert(std::is_trivially_copyable_v<InstalledPolicy>);
static_assert(sizeof(Policy) <= 112);

TEST(NameValue, KeepsItsBytesAndRemembersATextThatWasTooLong) {
  EXPECT_EQ(Name("web").view(), "web");
  EXPECT_EQ(Name("").size(), 0U);
  const std::string text(40, 'x');
  EXPECT_EQ(Name(text).view(), text.substr(0, 31));
  EXPECT_EQ(Name(text).size(), 40U);
  EXPECT_NE(Name(text), Name(text.substr(0, 31)));
}

TEST(NameValue, KeepsZerosBehindTextsOfEveryLength) {
  Name name(std::string(31, 'o'));
  for (std::size_t size = 0; size <= max_name_size; ++size) {
    std::string expected(size, 'n');
    name.assign(expected);
    EXPECT_EQ(name.view(), expected);
    expected.resize(name.padded().size());
    EXPECT_EQ(std::string(name.padded().begin(), name.padded().end()), expected);
  }
  constexpr Name constant("constant");
  EXPECT_EQ(constant, Name(std::string("constant")));
}

TEST(TimeoutsValue, CountsItsSlots) {
  for (unsigned mask = 0; mask <= 0xffff; ++mask) {
    Timeouts timeouts;
    for (std::size_t slot = 1; slot <= max_slots; ++slot) {
      if ((mask >> (slot - 1) & 1) != 0) timeouts.set(slot, 1s);
    }
    ASSERT_EQ(timeouts.count(), static_cast<std::size_t>(std::popcount(mask)));
  }
}

TEST(TimeoutsValue, HoldsEachSlotOrNot) {
  Timeouts timeouts{{1, 10s}, {16, 20min}};
  EXPECT_EQ(timeouts.get(1), 10s);
  EXPECT_EQ(timeouts.get(16), 1200s);
  EXPECT_EQ(timeouts.get(2), std::nullopt);
  EXPECT_EQ(timeouts.mask(), 0x8001);
  timeouts.unset(1);
  EXPECT_EQ(timeouts, (Timeouts{{16, 1200s}}));
  timeouts.unset(16);
  EXPECT_TRUE(timeouts.empty());
  EXPECT_EQ(timeouts, Timeouts());
}

TEST(TimeoutsValue, RemembersASlotThatItCannotHold) {
  Timeouts timeouts;
  EXPECT_EQ(timeouts.unstorable_slot(), std::nullopt);
  timeouts.set(0, 1s);
  EXPECT_EQ(timeouts.unstorable_slot(), 0U);
  timeouts.set(17, 1s);
  EXPECT_EQ(timeouts.unstorable_slot(), 17U);
  EXPECT_TRUE(timeouts.empty());
  timeouts.unset(0);
  timeouts.unset(17);
  EXPECT_EQ(timeouts.get(0), std::nullopt);
  EXPECT_EQ(timeouts.get(17), std::nullopt);
}

TEST(TimeoutsValue, KeepsSecondsBeyondTheWireAtItsEnds) {
  EXPECT_EQ(Timeouts().set(1, -5s).get(1), 0s);
  EXPECT_EQ(Timeouts().set(1, std::chrono::seconds(1LL << 40)).get(1), 4294967295s);
}

TEST(ProtocolTable, FindsByNumberAndByName) {
  ASSERT_NE(find_protocol(IPPROTO_TCP), nullptr);
  EXPECT_EQ(find_protocol(IPPROTO_TCP)->name, "tcp");
  EXPECT_EQ(find_protocol(255)->name, "generic");
  EXPECT_EQ(find_protocol(200), nullptr);
  EXPECT_EQ(find_protocol("sctp"), find_protocol(IPPROTO_SCTP));
  EXPECT_EQ(find_protocol("SCTP"), nullptr);
}

TEST(ProtocolTable, FindsSlotsByTheirNumber) {
  const Protocol& tcp = *find_protocol(IPPROTO_TCP);
  EXPECT_EQ(tcp.slot(0), nullptr);
  EXPECT_EQ(tcp.slot(1)->name, "SYN_SENT");
  EXPECT_EQ(tcp.slot(11)->name, "UNACKNOWLEDGED");
  EXPECT_EQ(tcp.slot(12), nullptr);
}

TEST(ProtocolTable, KnowsWhichKernelsHaveAProtocol) {
  const VersionRange& dccp = find_protocol(IPPROTO_DCCP)->versions;
  EXPECT_TRUE(dccp.contains({6, 16}));
  EXPECT_FALSE(dccp.contains({6, 17}));
  EXPECT_FALSE(dccp.contains({2, 6}));
  EXPECT_TRUE(find_protocol(IPPROTO_UDPLITE)->versions.contains({6, 18}));
}

}  // namespace
}  // namespace cttimeout::test
