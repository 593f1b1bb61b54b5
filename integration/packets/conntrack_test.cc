// A second voice on flows: the conntrack program sees the timeouts that these tests read.
#include <ostream>
#include <sstream>

#include "flows/life.h"
#include "packet_path.h"

namespace cttimeout::packets {

void PrintTo(const Life& life, std::ostream* out) {
  *out << life.name;
}

namespace {

class Conntrack : public PacketPath, public testing::WithParamInterface<Life> {
 protected:
  static Way way() { return {GetParam().families.front(), usual_way.backend}; }

  static Packet first_packet() {
    Packet packet = GetParam().steps.front().packet;
    packet.family = way().family;
    return packet;
  }

  // NAME NUMBER SECONDS ..., of the only flow of that protocol.
  static std::chrono::seconds listed() {
    const std::string family = way().family == Family::ipv6 ? "ipv6" : "ipv4";
    const std::string number = std::to_string(first_packet().protocol);
    const Outcome outcome = run("conntrack -L -f " + family + " -p " + number + " 2>/dev/null");
    std::istringstream line(outcome.output);
    std::string name;
    int protocol = 0;
    std::chrono::seconds::rep seconds = -1;
    line >> name >> protocol >> seconds;
    EXPECT_EQ(protocol, first_packet().protocol) << outcome.output;
    return std::chrono::seconds(seconds);
  }
};

TEST_P(Conntrack, ListsTheTimeoutThatWeRead) {
  if (lacks(tracks(GetParam().protocol), GetParam().protocol.name)) return;
  const Policy policy = telling_policy(GetParam().protocol, way().family);
  ASSERT_TRUE(attach(way(), policy, "-p " + std::to_string(first_packet().protocol)));
  ASSERT_TRUE(pass(first_packet()));
  const auto before = flow(first_packet());
  const std::chrono::seconds theirs = listed();
  const auto after = flow(first_packet());
  ASSERT_TRUE(before && after);
  EXPECT_GE(before->remaining, theirs);
  EXPECT_LE(after->remaining, theirs);
}

std::vector<Life> one_of_each_protocol() {
  std::vector<Life> chosen;
  for (const Life& life : lives()) {
    if (chosen.empty() || chosen.back().protocol.number != life.protocol.number) {
      chosen.push_back(life);
    }
  }
  return chosen;
}

INSTANTIATE_TEST_SUITE_P(Packets, Conntrack, testing::ValuesIn(one_of_each_protocol()),
                         [](const auto& life) { return std::string(life.param.protocol.name); });

}  // namespace
}  // namespace cttimeout::packets
