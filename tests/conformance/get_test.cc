// GET of one policy: found by its exact name, answered with one message that looks like NEW.
#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class Get : public Conformance {
 protected:
  void begin() override { EXPECT_TRUE(accepts(new_policy("ab", ipv6, udp, {{1, 11}}).ack())); }

  const Bytes found_ =
      policy_message({.name = "ab", .family = ipv6, .protocol = udp, .timeouts = {11, 120}});
};

TEST_F(Get, NeedsName) {  // K-GET-1
  EXPECT_TRUE(refuses(Message(type_get), EINVAL));
  EXPECT_TRUE(refuses(Message(type_get).family(ipv6).protocol(udp).ack(), EINVAL));
}

TEST_F(Get, FindsExactNameOnly) {  // K-GET-1
  for (const char* name : {"a", "abc", "AB", "ab ", ""}) {
    EXPECT_TRUE(refuses(get_policy(name), ENOENT)) << name;
  }
  EXPECT_TRUE(answers(get_policy("ab"), {found_}));
}

TEST_F(Get, AnswersMultiWithoutDone) {  // K-GET-2
  EXPECT_TRUE(answers(
      get_policy("ab"),
      {hex("48000000 0008 0200 01000000 00000000 00000000 07000100 61620000 06000200 000a0000"
           "05000300 11000000 08000500 00000001 14000480 08000100 0000000b 08000200 00000078")}));
}

TEST_F(Get, AckFollowsThePolicy) {  // K-GET-2
  const Bytes request = get_policy("ab").ack();
  EXPECT_TRUE(answers(request, {found_, success(request)}));
}

TEST_F(Get, RefusalIsTheOnlyReply) {  // K-ACK-0
  EXPECT_TRUE(refuses(get_policy("x").ack(), ENOENT));
}

TEST_F(Get, IgnoresOtherAttributes) {  // K-GET-2
  EXPECT_TRUE(answers(get_policy("ab").family(ipv4).protocol(200).timeouts({{1, 1}}), {found_}));
  // What is in DATA is not looked at.
  EXPECT_TRUE(answers(get_policy("ab").attr(attr_data, attribute(1, zeros(1))), {found_}));
}

TEST_F(Get, ValidatesAttributesItIgnores) {  // K-GET-2
  EXPECT_TRUE(refuses(get_policy("ab").attr(attr_family, zeros(1)), ERANGE));
  EXPECT_TRUE(refuses(get_policy("ab").attr(attr_data, zeros(3)), ERANGE));
}

TEST_F(Get, IgnoresFlagsOtherThanDump) {  // K-GET-2
  for (const std::uint16_t flag : Numbers{flag_echo, flag_create, flag_append, flag_multi}) {
    EXPECT_TRUE(answers(get_policy("ab").with(flag), {found_})) << flag;
  }
}

TEST_F(Get, RootOrMatchAloneMakeADump) {  // K-GET-3
  for (const std::uint16_t flag : Numbers{flag_root, flag_match, flag_dump}) {
    EXPECT_TRUE(answers(get_policy("nobody").with(flag), {found_, done()})) << flag;
    EXPECT_TRUE(answers(Message(type_get).with(flag), {found_, done()})) << flag;
  }
}

TEST_F(Get, EchoesSequenceNumber) {  // K-FRAME-10
  const Bytes request = get_policy("ab").sequence(0xfffefdfc).ack();
  EXPECT_TRUE(answers(
      request,
      {policy_message({.name = "ab", .family = ipv6, .protocol = udp, .timeouts = {11, 120}},
                      0xfffefdfc),
       success(request)}));
}

TEST_F(Get, PadsNamesOfEveryLength) {  // K-GET-4
  for (std::size_t length = 1; length <= 31; ++length) {
    const std::string name(length, 'n');
    EXPECT_TRUE(accepts(new_policy(name, ipv4, icmp).ack())) << length;
    const Bytes expected = policy_message({.name = name, .protocol = icmp, .timeouts = {30}});
    EXPECT_EQ(expected.size(), 48 + aligned(5 + length) + 8);
    EXPECT_TRUE(answers(get_policy(name), {expected})) << length;
  }
}

TEST_F(Get, ReturnsAnyBytesOfAName) {  // K-ATTR-6
  for (const char* name : {"\x01\xff\x7f", "a b", "\xc3\xa9", "%s\n"}) {
    EXPECT_TRUE(accepts(new_policy(name, ipv4, icmp).ack())) << name;
    EXPECT_TRUE(answers(get_policy(name),
                        {policy_message({.name = name, .protocol = icmp, .timeouts = {30}})}));
  }
}

}  // namespace
}  // namespace cttimeout::test
