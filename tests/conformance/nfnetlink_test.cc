// The layer between netlink and the endpoint: nfgenmsg, subsystems, commands.
#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class Nfnetlink : public Conformance {};

TEST_F(Nfnetlink, IgnoresNfgenmsgAndAnswersZeros) {  // K-NFNL-1, 2, 3
  EXPECT_TRUE(accepts(new_policy("a", ipv4, icmp).nfgen(10, 0, 0).ack()));
  for (const std::uint8_t family : Bytewide{2, 255}) {
    EXPECT_TRUE(answers(get_policy("a").nfgen(family, 7, 0x1234),
                        {policy_message({.name = "a", .protocol = icmp, .timeouts = {30}})}));
  }
  EXPECT_TRUE(answers(get_default(icmp).nfgen(10, 1, 0xffff), {default_message(ipv4, icmp, {30})}));
}

TEST_F(Nfnetlink, RefusesUnregisteredSubsystems) {  // K-NFNL-4
  for (const std::uint16_t subsystem : Numbers{13, 14, 127, 255}) {
    const auto type = static_cast<std::uint16_t>(subsystem << 8 | 1);
    EXPECT_TRUE(refuses(Message(type).name("a"), EINVAL)) << subsystem;
    EXPECT_TRUE(refuses(Message(type).attr(attr_family, zeros(1)).ack(), EINVAL)) << subsystem;
  }
}

TEST_F(Nfnetlink, RefusesUnknownCommands) {  // K-NFNL-5
  for (const std::uint16_t command : Numbers{5, 6, 15, 16, 128, 255}) {
    const auto type = static_cast<std::uint16_t>(0x0800 | command);
    EXPECT_TRUE(refuses(Message(type), EINVAL)) << command;
    EXPECT_TRUE(refuses(Message(type).with(flag_dump).ack(), EINVAL)) << command;
  }
}

TEST_F(Nfnetlink, DoesNotLookAtAttributesOfUnknownCommands) {  // K-NFNL-5
  talker().enable(option_ext_ack);
  EXPECT_TRUE(refuses(Message(0x0805).attr(attr_family, zeros(1)), EINVAL));
  EXPECT_TRUE(refuses(Message(0x0805).raw(hex("ffffff")), EINVAL));
}

}  // namespace
}  // namespace cttimeout::test
