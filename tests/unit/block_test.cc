// The block form is byte for byte the layout of `nfct get timeout`, for every protocol.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "cttimeout/format.h"

namespace cttimeout {
namespace {

/// What nfct prints of a policy "p" for IPv4 whose slot n is n seconds.
struct Block {
  std::uint8_t protocol;
  std::string_view text;
};

constexpr Block blocks[] = {
    {IPPROTO_ICMP,
     ".p = {\n\t.l3proto = 2,\n\t.l4proto = 1,\n\t.policy = {\n"
     "\t\t.TIMEOUT = 1,\n"
     "\t},\n};"},
    {IPPROTO_TCP,
     ".p = {\n\t.l3proto = 2,\n\t.l4proto = 6,\n\t.policy = {\n"
     "\t\t.SYN_SENT = 1,\n\t\t.SYN_RECV = 2,\n\t\t.ESTABLISHED = 3,\n\t\t.FIN_WAIT = 4,\n"
     "\t\t.CLOSE_WAIT = 5,\n\t\t.LAST_ACK = 6,\n\t\t.TIME_WAIT = 7,\n\t\t.CLOSE = 8,\n"
     "\t\t.SYN_SENT2 = 9,\n\t\t.RETRANS = 10,\n\t\t.UNACKNOWLEDGED = 11,\n"
     "\t},\n};"},
    {IPPROTO_UDP,
     ".p = {\n\t.l3proto = 2,\n\t.l4proto = 17,\n\t.policy = {\n"
     "\t\t.UNREPLIED = 1,\n\t\t.REPLIED = 2,\n"
     "\t},\n};"},
    {IPPROTO_DCCP,
     ".p = {\n\t.l3proto = 2,\n\t.l4proto = 33,\n\t.policy = {\n"
     "\t\t.REQUEST = 1,\n\t\t.RESPOND = 2,\n\t\t.PARTOPEN = 3,\n\t\t.OPEN = 4,\n"
     "\t\t.CLOSEREQ = 5,\n\t\t.CLOSING = 6,\n\t\t.TIMEWAIT = 7,\n"
     "\t},\n};"},
    {IPPROTO_GRE,
     ".p = {\n\t.l3proto = 2,\n\t.l4proto = 47,\n\t.policy = {\n"
     "\t\t.UNREPLIED = 1,\n\t\t.REPLIED = 2,\n"
     "\t},\n};"},
    {IPPROTO_ICMPV6,
     ".p = {\n\t.l3proto = 2,\n\t.l4proto = 58,\n\t.policy = {\n"
     "\t\t.TIMEOUT = 1,\n"
     "\t},\n};"},
    {IPPROTO_SCTP,
     ".p = {\n\t.l3proto = 2,\n\t.l4proto = 132,\n\t.policy = {\n"
     "\t\t.CLOSED = 1,\n\t\t.COOKIE_WAIT = 2,\n\t\t.COOKIE_ECHOED = 3,\n\t\t.ESTABLISHED = 4,\n"
     "\t\t.SHUTDOWN_SENT = 5,\n\t\t.SHUTDOWN_RECD = 6,\n\t\t.SHUTDOWN_ACK_SENT = 7,\n"
     // nfct leaves the kernel's last two out; a listing that hides what is set would mislead.
     "\t\t.HEARTBEAT_SENT = 8,\n\t\t.HEARTBEAT_ACKED = 9,\n"
     "\t},\n};"},
    {IPPROTO_UDPLITE,
     ".p = {\n\t.l3proto = 2,\n\t.l4proto = 136,\n\t.policy = {\n"
     "\t\t.UNREPLIED = 1,\n\t\t.REPLIED = 2,\n"
     "\t},\n};"},
    {generic_protocol,
     ".p = {\n\t.l3proto = 2,\n\t.l4proto = 255,\n\t.policy = {\n"
     "\t\t.TIMEOUT = 1,\n"
     "\t},\n};"},
};

TEST(Block, IsTheLayoutOfNfctForEveryProtocol) {
  ASSERT_EQ(std::size(blocks), protocols.size()) << "a protocol without its expected text";
  for (const Block& block : blocks) {
    const Protocol* const protocol = find_protocol(block.protocol);
    ASSERT_NE(protocol, nullptr) << int{block.protocol};
    Policy policy{.name = "p", .family = Family::ipv4, .protocol = block.protocol, .timeouts = {}};
    for (const Slot& slot : protocol->slots) policy.timeouts.set_raw(slot.number, slot.number);
    EXPECT_EQ(to_block(policy), block.text);
  }
}

TEST(Block, PrintsOnlySlotsThatAreSet) {
  Policy policy{.name = "p", .family = Family::ipv6, .protocol = IPPROTO_TCP, .timeouts = {}};
  policy.timeouts.set_raw(3, 0).set_raw(8, 4294967295);
  EXPECT_EQ(to_block(policy),
            ".p = {\n\t.l3proto = 10,\n\t.l4proto = 6,\n\t.policy = {\n"
            "\t\t.ESTABLISHED = 0,\n\t\t.CLOSE = 4294967295,\n\t},\n};");
}

TEST(Block, WithoutTimeoutsHasNoPolicyPart) {
  const Policy policy{.name = "p", .family = Family{0}, .protocol = 0, .timeouts = {}};
  EXPECT_EQ(to_block(policy), ".p = {\n\t.l3proto = 0,\n\t.l4proto = 0,\n};");
}

TEST(Block, NumbersSlotsThatTheTableDoesNotKnow) {
  Policy policy{.name = "p", .family = Family::ipv4, .protocol = IPPROTO_UDP, .timeouts = {}};
  policy.timeouts.set_raw(2, 7).set_raw(3, 8).set_raw(16, 9);
  EXPECT_EQ(to_block(policy),
            ".p = {\n\t.l3proto = 2,\n\t.l4proto = 17,\n\t.policy = {\n"
            "\t\t.REPLIED = 7,\n\t\t.SLOT_3 = 8,\n\t\t.SLOT_16 = 9,\n\t},\n};");
  policy.protocol = 200;
  policy.timeouts = Timeouts().set_raw(1, 5);
  EXPECT_EQ(to_block(policy),
            ".p = {\n\t.l3proto = 2,\n\t.l4proto = 200,\n\t.policy = {\n"
            "\t\t.SLOT_1 = 5,\n\t},\n};");
}

TEST(Block, NameCannotForgeALine) {
  Policy policy{.name = "a = {\n};\n.b", .family = Family::ipv4, .protocol = 6, .timeouts = {}};
  EXPECT_EQ(to_block(policy), ".\"a = {\\x0a};\\x0a.b\" = {\n\t.l3proto = 2,\n\t.l4proto = 6,\n};");
  policy.name = "\x1b[2J";
  EXPECT_EQ(to_block(policy), ".\"\\x1b[2J\" = {\n\t.l3proto = 2,\n\t.l4proto = 6,\n};");
}

}  // namespace
}  // namespace cttimeout
