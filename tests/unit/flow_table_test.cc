// The table of flows and its wheel, each beside a container of the standard library.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <vector>

#include "conntrack/cells.h"
#include "conntrack/expiry_wheel.h"
#include "conntrack/flow_table.h"
#include "conntrack/timeout_sources.h"
#include "support/random.h"

namespace cttimeout::fake {
namespace {

using test::Random;

/// One of 2^bits tuples of each kind.
Tuple tuple(Random& random, unsigned bits) {
  Tuple tuple;
  tuple.family = random.of<std::uint8_t>({AF_INET, AF_INET6});
  const bool is_v4 = tuple.family == AF_INET;
  tuple.protocol =
      random.of<std::uint8_t>({IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, IPPROTO_DCCP, IPPROTO_GRE,
                               is_v4 ? std::uint8_t{IPPROTO_ICMP} : std::uint8_t{IPPROTO_ICMPV6}});
  const std::uint64_t which = random.below(std::size_t{1} << bits);
  tuple.source.bytes[is_v4 ? 3 : 15] = static_cast<std::uint8_t>(which);
  tuple.destination.bytes[is_v4 ? 2 : 8] = static_cast<std::uint8_t>(which >> 8U);
  tuple.source_port = static_cast<std::uint16_t>(which >> 16U);
  if (tuple.protocol == IPPROTO_ICMP) {
    tuple.icmp_type = 8;
  } else if (tuple.protocol == IPPROTO_ICMPV6) {
    tuple.icmp_type = 128;
  } else {
    tuple.destination_port = 80;
  }
  return tuple;
}

/// In any order that is the same for equal ones.
struct Less {
  bool operator()(const Tuple& a, const Tuple& b) const {
    const auto fields = [](const Tuple& t) {
      return std::tuple(t.family, t.protocol, t.source.bytes, t.destination.bytes, t.source_port,
                        t.destination_port, t.icmp_type);
    };
    return fields(a) < fields(b);
  }
};

TEST(Cells, StayWhereTheyAreAndBeginWithZeros) {
  constexpr std::size_t cell_size = 64;
  constexpr std::uint32_t count = 100'000;  // the last blocks have room for pages of 2 MiB
  Cells cells(cell_size);
  std::vector<std::byte*> places;
  for (std::uint32_t i = 0; i < count; ++i) {
    ASSERT_EQ(cells.push(), i);
    places.push_back(cells[i]);
    ASSERT_EQ(std::count(places[i], places[i] + cell_size, std::byte{0}), cell_size);
    std::fill_n(places[i], cell_size, std::byte{0xff});
  }
  EXPECT_EQ(cells.size(), count);
  for (std::uint32_t i = 0; i < count; ++i) ASSERT_EQ(cells[i], places[i]);
}

TEST(FlowTable, FindsWhatWasInsertedAndNothingElse) {
  FlowTable table;
  std::map<Tuple, FlowId, Less> model;
  Random random(1);
  for (int step = 0; step < 200'000; ++step) {
    const Tuple chosen = tuple(random, step < 100'000 ? 16 : 8);
    const FlowKey key(chosen, true);
    const auto known = model.find(chosen);
    const FlowTable::Found found = table.find(key);
    ASSERT_EQ(found.flow != nullptr, known != model.end());
    if (known == model.end()) {
      const FlowId id = table.make(key, chosen.protocol);
      table[id].retransmissions = 7;
      table.insert(key, id);
      model.emplace(chosen, id);
    } else {
      ASSERT_EQ(found.id, known->second);
      ASSERT_EQ(found.direction, original);
      const FlowTable::Found back = table.find(FlowKey(inverse(chosen), true));
      ASSERT_EQ(back.id, found.id);
      ASSERT_EQ(back.direction, reply);
      ASSERT_EQ(table.tuple(found.id, original), chosen);
      ASSERT_EQ(table.tuple(found.id, reply), inverse(chosen));
      ASSERT_EQ(found.flow->retransmissions, 7);
      if (!random.chance(2, 3)) continue;
      table.erase(found.id);
      model.erase(known);
    }
    ASSERT_EQ(table.size(), model.size());
  }
  std::set<FlowId> seen;
  table.each([&](FlowId id) { EXPECT_TRUE(seen.insert(id).second); });
  EXPECT_EQ(seen.size(), model.size());
}

// A hint is one that the table gave before other flows came and went.
TEST(FlowTable, TrustsNoHint) {
  FlowTable table;
  Random random(2);
  const FlowKey first(tuple(random, 16), true);
  table.insert(first, table.make(first, first.protocol));
  const FlowId likely = table.prefetch_flow(first);
  ASSERT_EQ(table.find(first, likely).id, likely);
  table.erase(likely);
  EXPECT_EQ(table.find(first, likely).flow, nullptr);
  FlowKey second = first;
  while (second.protocol != first.protocol || second.ports == first.ports ||
         second.is_ipv6 != first.is_ipv6) {
    second = FlowKey(tuple(random, 20), true);
  }
  table.insert(second, table.make(second, second.protocol));
  EXPECT_EQ(table.find(first, likely).flow, nullptr);
  EXPECT_EQ(table.find(second, likely).id, likely);
}

TEST(FlowTable, HasTheSizesThatItPromises) {
  EXPECT_EQ(sizeof(TcpFlow) + 8, 80U);
  EXPECT_EQ(sizeof(UdpFlow) + 8, 32U);
  EXPECT_EQ(sizeof(SctpFlow) + 8, 40U);
  EXPECT_EQ(sizeof(DccpFlow) + 8, 40U);
}

TEST(ExpiryWheel, LooksAtEveryEntryWhenItIsDue) {
  ExpiryWheel wheel;
  std::multimap<std::uint64_t, FlowId> model;  // by the tick at which it is due
  std::map<FlowId, std::uint64_t> due;
  Random random(3);
  std::uint64_t now = 0;
  FlowId next = 0;
  for (int step = 0; step < 20'000; ++step) {
    for (std::size_t i = random.below(4); i > 0; --i) {
      const std::uint64_t span = std::uint64_t{1} << random.below(34);
      due[next] = now + random.below(span);
      model.emplace(due[next], next);
      wheel.file(next, due[next]);
      ++next;
    }
    now += random.below(std::uint64_t{1} << random.below(30));
    std::uint64_t last = 0;
    wheel.run(
        now, [](FlowId) {},
        [&](FlowId flow, std::uint64_t tick, std::uint64_t span) {
          ASSERT_GE(tick, last);
          last = tick;
          ASSERT_LT(due.at(flow) - tick, span);
          if (tick < due.at(flow)) return wheel.file(flow, due.at(flow));
          ASSERT_EQ(tick, due.at(flow));
          const auto [from, to] = model.equal_range(tick);
          const auto own =
              std::find_if(from, to, [&](const auto& entry) { return entry.second == flow; });
          ASSERT_NE(own, to);
          model.erase(own);
        });
    ASSERT_TRUE(model.empty() || model.begin()->first > now);
  }
  EXPECT_GT(next, 10'000U);
}

TEST(ExpiryWheel, IsEmptyAtTheEndOfTime) {
  ExpiryWheel wheel;
  constexpr auto end = ~std::uint64_t{0};
  int looks = 0;
  const auto look = [&](FlowId flow, std::uint64_t tick, std::uint64_t /*span*/) {
    ++looks;
    if (tick < end) wheel.file(flow, end);
  };
  wheel.file(1, end);
  wheel.run(
      end - 1, [](FlowId) {}, look);
  const int before = looks;
  wheel.run(
      end, [](FlowId) {}, look);
  EXPECT_EQ(looks, before + 1);
  wheel.run(
      end, [](FlowId) {}, look);
  EXPECT_EQ(looks, before + 1);
}

TEST(TimeoutSources, HaveEachOnceAsLongAsAFlowHasIt) {
  TimeoutSources sources;
  EXPECT_EQ(sources.share({}), 0U);
  const auto policy = std::make_shared<Policy>();
  const TimeoutSource listed{.policy = policy, .policy_was_listed = true};
  const TimeoutSource unlisted{.policy = policy};
  const TimeoutSourceId one = sources.share(listed);
  EXPECT_EQ(sources.share(listed), one);
  const TimeoutSourceId two = sources.share(unlisted);
  EXPECT_NE(two, one);
  const TimeoutSourceId copied = sources.share({.copied = Ticks{30, 180}});
  EXPECT_NE(copied, sources.share({.copied = Ticks{30, 181}}));
  EXPECT_EQ((*sources[copied].copied)[1], 180U);
  EXPECT_EQ(sources[one].current_policy(), nullptr);  // it was listed, and is no longer
  EXPECT_EQ(sources[two].current_policy(), policy.get());
  sources.release(one);
  EXPECT_EQ(sources.share(listed), one);
  for (int i = 0; i < 2; ++i) sources.release(one);
  EXPECT_EQ(sources.share({.copied = Ticks{1}}), one);  // its number is free again
  sources.release(two);
  EXPECT_EQ(policy.use_count(), 3);  // those of this test
}

}  // namespace
}  // namespace cttimeout::fake
