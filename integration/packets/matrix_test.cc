// The matrix: protocols, slots, families and iptables backends, each with packets of its own.
#include <algorithm>
#include <cctype>
#include <ostream>
#include <set>
#include <thread>
#include <utility>

#include "life.h"
#include "packet_path.h"

namespace cttimeout::packets {
namespace {

struct Cell {
  Life life;
  Way way;
};

std::vector<Cell> cells() {
  std::vector<Cell> cells;
  for (const Life& life : lives()) {
    for (const Way& way : ways) {
      if (std::ranges::count(life.families, way.family) != 0) cells.push_back({life, way});
    }
  }
  return cells;
}

std::string cell_name(const Cell& cell) {
  std::string name(cell.life.protocol.name);
  name.front() = static_cast<char>(std::toupper(name.front()));
  return name + std::string(cell.life.name) + to_string(cell.way);
}

void PrintTo(const Cell& cell, std::ostream* out) {
  *out << cell_name(cell);
}

class Matrix : public PacketPath, public testing::WithParamInterface<Cell> {
 protected:
  testing::AssertionResult take(const Step& step, const Policy& policy) {
    std::this_thread::sleep_for(step.pause);
    Packet packet = step.packet;
    packet.family = policy.family;
    switch (step.effect) {
      case Effect::sets:
        return sets(packet, policy.timeouts.get(step.slot).value());
      case Effect::nothing:
        return send(packet);
      case Effect::ends:
        return end_flow(packet);
    }
    return testing::AssertionFailure();
  }
};

TEST_P(Matrix, FlowTakesTheTimeoutOfItsSlot) {  // K-FLOW-1 to 5, K-FLOW-20 to 26
  const auto& [life, way] = GetParam();
  if (lacks(tracks(life.protocol), life.protocol.name) || lacks_rules(way)) return;
  ASSERT_TRUE(set_sysctl("nf_conntrack_checksum", life.verified ? "1" : "0"));
  const Policy policy = telling_policy(life.protocol, way.family, life.falling);
  ASSERT_TRUE(attach(way, policy, "-p " + std::to_string(life.steps.front().packet.protocol)));
  int number = 0;
  for (const Step& step : life.steps) {
    ++number;
    ASSERT_TRUE(take(step, policy)) << "at packet " << number;
  }
}

INSTANTIATE_TEST_SUITE_P(Packets, Matrix, testing::ValuesIn(cells()),
                         [](const auto& cell) { return cell_name(cell.param); });

TEST(Lives, ReachEverySlot) {
  std::set<std::pair<std::string_view, std::string_view>> reached{
      {"sctp", "HEARTBEAT_ACKED"},  // of a state that no flow enters any more
  };
  for (const Life& life : lives()) {
    for (const Step& step : life.steps) {
      if (step.effect != Effect::sets) continue;
      reached.emplace(life.protocol.name, life.protocol.slot(step.slot)->name);
    }
  }
  for (const Protocol& protocol : protocols) {
    if (protocol.number == IPPROTO_DCCP) continue;  // no longer tracked (K-VER-14)
    for (const Slot& slot : protocol.slots) {
      EXPECT_TRUE(reached.contains({protocol.name, slot.name}))
          << protocol.name << ' ' << slot.name;
    }
  }
}

}  // namespace
}  // namespace cttimeout::packets
