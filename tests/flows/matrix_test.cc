// The matrix: protocols, slots, families and hooks, each with packets of its own.
#include <algorithm>
#include <cctype>
#include <ostream>
#include <set>
#include <utility>

#include "flows/flow_path.h"
#include "flows/life.h"

namespace cttimeout::packets {
namespace {

struct Cell {
  Life life;
  Family family;
  Hook hook;  ///< of the packets that open the flow
};

std::vector<Cell> cells() {
  std::vector<Cell> cells;
  for (const Life& life : lives()) {
    for (const Family family : life.families) {
      for (const Hook hook : {Hook::prerouting, Hook::output})
        cells.push_back({life, family, hook});
    }
  }
  return cells;
}

std::string cell_name(const Cell& cell) {
  std::string name(cell.life.protocol.name);
  name.front() = static_cast<char>(std::toupper(name.front()));
  return name + std::string(cell.life.name) + (cell.family == Family::ipv4 ? "Ipv4" : "Ipv6") +
         (cell.hook == Hook::prerouting ? "Forwarded" : "MadeHere");
}

void PrintTo(const Cell& cell, std::ostream* out) {
  *out << cell_name(cell);
}

class Matrix : public FlowPath, public testing::WithParamInterface<Cell> {
 protected:
  testing::AssertionResult take(const Step& step, const Policy& policy) {
    if (step.pause.count() != 0) ground().pass_time(step.pause);
    Packet packet = step.packet;
    packet.family = policy.family;
    if (step.effect == Effect::sets) {
      return sets(packet, policy.timeouts.get(step.slot).value());
    }
    if (auto passed = pass(packet); !passed) return passed;
    if (flow(packet).has_value() == (step.effect == Effect::nothing)) {
      return testing::AssertionSuccess();
    }
    return testing::AssertionFailure() << "the flow is " << (flow(packet) ? "there" : "gone");
  }
};

TEST_P(Matrix, FlowTakesTheTimeoutOfItsSlot) {  // K-FLOW-1 to 5, K-FLOW-20 to 26
  const auto& [life, family, hook] = GetParam();
  if (lacks(tracks(life.protocol), life.protocol.name)) return;
  open_flows_at(hook);
  const Policy policy = telling_policy(life.protocol, family, life.falling);
  ASSERT_TRUE(attach(policy, rule_for(life.steps.front().packet.protocol, family)));
  int number = 0;
  for (const Step& step : life.steps) {
    ++number;
    ASSERT_TRUE(take(step, policy)) << "at packet " << number;
  }
}

INSTANTIATE_TEST_SUITE_P(Flows, Matrix, testing::ValuesIn(cells()),
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
