// The purpose of it all: one service gets timeouts of its own, the others keep the defaults.
#include "layer4.h"
#include "packet_path.h"

namespace cttimeout::packets {
namespace {

using enum Direction;
using std::chrono_literals::operator""s;

class Service : public PacketPath, public testing::WithParamInterface<Way> {
 protected:
  // Opens a connection to that port.
  testing::AssertionResult connect(std::uint16_t port) {
    for (Packet packet : {tcp(out, {TH_SYN, 1}, port), tcp(in, {TH_SYN | TH_ACK, 1, 2}, port),
                          acknowledgement(port)}) {
      packet.family = GetParam().family;
      if (auto passed = pass(packet); !passed) return passed;
    }
    return testing::AssertionSuccess();
  }

  static Packet acknowledgement(std::uint16_t port) {
    Packet packet = tcp(out, {TH_ACK, 2, 2}, port);
    packet.family = GetParam().family;
    return packet;
  }
};

TEST_P(Service, HasItsOwnTimeout) {  // K-FLOW-1
  constexpr std::uint16_t web = 80;
  constexpr std::uint16_t other = 22;
  if (lacks_rules(GetParam())) return;
  ASSERT_TRUE(attach(GetParam(),
                     {.name = "web",
                      .family = GetParam().family,
                      .protocol = IPPROTO_TCP,
                      .timeouts = {{CTA_TIMEOUT_TCP_ESTABLISHED, 3000s}}},
                     "-p tcp --dport " + std::to_string(web)));
  ASSERT_TRUE(connect(web));
  EXPECT_TRUE(runs_for(acknowledgement(web), 3000s));
  ASSERT_TRUE(connect(other));
  EXPECT_TRUE(runs_for(acknowledgement(other), 432000s));
}

INSTANTIATE_TEST_SUITE_P(Packets, Service, testing::ValuesIn(ways),
                         [](const auto& way) { return to_string(way.param); });

}  // namespace
}  // namespace cttimeout::packets
