// A second voice on policies: nfct and this library understand what the other has written.
#include <cctype>
#include <ostream>

#include "cttimeout/format.h"
#include "flows/life.h"
#include "packet_path.h"

namespace cttimeout {

// Under the names that gtest looks for.
void PrintTo(const Policy& policy, std::ostream* out) {
  *out << to_line(policy);
}
void PrintTo(const Protocol& protocol, std::ostream* out) {
  *out << protocol.name;
}

}  // namespace cttimeout

namespace cttimeout::packets {
namespace {

class Nfct : public PacketPath, public testing::WithParamInterface<Protocol> {
 protected:
  void SetUp() override {
    PacketPath::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    static_cast<void>(lacks(tracks(GetParam()), GetParam().name));
  }

  static Policy policy() {
    const bool v6 = GetParam().number == IPPROTO_ICMPV6;
    return telling_policy(GetParam(), v6 ? Family::ipv6 : Family::ipv4);
  }

  // nfct has never heard of the timeouts for SCTP's heartbeats: it neither prints nor sets them.
  static bool knows(const Slot& slot) { return !slot.name.starts_with("HEARTBEAT"); }

  // The command that adds the policy, as far as nfct can.
  static std::string add_command(const Policy& policy) {
    std::string command = "nfct add timeout " + std::string(policy.name.view()) +
                          (policy.family == Family::ipv6 ? " inet6 " : " inet ") +
                          std::string(GetParam().name);
    for (const Slot& slot : GetParam().slots) {
      if (!knows(slot)) continue;
      command += ' ' + std::string(slot.name) + ' ' +
                 std::to_string(policy.timeouts.get(slot.number)->count());
    }
    return command;
  }
};

TEST_P(Nfct, PrintsWhatWeAdd) {
  Policy expected = policy();
  ASSERT_TRUE(client().add(expected));
  for (const Slot& slot : GetParam().slots) {
    if (!knows(slot)) expected.timeouts.unset(slot.number);
  }
  EXPECT_EQ(run("nfct get timeout telling").output, to_block(expected) + '\n');
}

TEST_P(Nfct, AddsWhatWeGet) {
  Policy expected = policy();
  const Outcome added = run(add_command(expected));
  ASSERT_TRUE(added.success) << added.output;
  for (const Slot& slot : GetParam().slots) {
    if (!knows(slot)) expected.timeouts.set_raw(slot.number, slot.default_s);
  }
  const auto got = client().get("telling");
  ASSERT_TRUE(got) << to_string(got.error());
  EXPECT_EQ(static_cast<const Policy&>(*got), expected);
}

INSTANTIATE_TEST_SUITE_P(Packets, Nfct, testing::ValuesIn(protocols),
                         [](const auto& protocol) { return std::string(protocol.param.name); });

}  // namespace
}  // namespace cttimeout::packets
