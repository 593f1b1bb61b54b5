// NEW: creating and replacing policies, and the order in which the kernel looks for mistakes.
#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class New : public Conformance {};

const PolicyReply udp_a{.name = "a", .protocol = udp, .timeouts = {30, 120}};

TEST_F(New, CreatesPolicyAndAcknowledgesOnRequest) {  // K-NEW-1
  EXPECT_TRUE(answers(hex("30000000 0008 0506 01000000 00000000 00000000"
                          "06000100 61000000 06000200 00020000 05000300 11000000 04000480"),
                      {hex("24000000 0200 0001 01000000 00000000 00000000"
                           "30000000 0008 0506 01000000 00000000")}));
  EXPECT_TRUE(answers(
      get_policy("a"),
      {hex("48000000 0008 0200 01000000 00000000 00000000 06000100 61000000 06000200 00020000"
           "05000300 11000000 08000500 00000001 14000480 08000100 0000001e 08000200 00000078")}));
}

TEST_F(New, IsSilentOnSuccessWithoutAck) {
  EXPECT_TRUE(ignores(new_policy("a", ipv4, udp)));
  EXPECT_TRUE(answers(get_policy("a"), {policy_message(udp_a)}));
}

TEST_F(New, NeedsNameFamilyProtocolAndData) {  // K-NEW-1
  for (unsigned present = 0; present < 15; ++present) {
    Message request(type_new);
    if ((present & 1) != 0) request.name("a");
    if ((present & 2) != 0) request.family(ipv4);
    if ((present & 4) != 0) request.protocol(udp);
    if ((present & 8) != 0) request.timeouts({});
    EXPECT_TRUE(refuses(request, EINVAL)) << present;
    EXPECT_TRUE(refuses(request.create().replace(), EINVAL)) << present;
  }
  EXPECT_TRUE(answers(dump_policies(), {done()}));
}

TEST_F(New, RefusesSecondCreationOfSameName) {  // K-NEW-3
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp).create().exclusive().ack()));
  EXPECT_TRUE(refuses(new_policy("a", ipv4, udp).create().exclusive(), EEXIST));
  EXPECT_TRUE(refuses(new_policy("a", ipv4, udp).exclusive(), EEXIST));
}

TEST_F(New, AnswersBusyForTakenNameWithoutExclOrReplace) {  // K-NEW-3
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp).ack()));
  EXPECT_TRUE(refuses(new_policy("a", ipv4, udp), EBUSY));
  EXPECT_TRUE(refuses(new_policy("a", ipv4, udp).create(), EBUSY));
  EXPECT_TRUE(refuses(new_policy("a", ipv4, udp).with(flag_append), EBUSY));
  EXPECT_TRUE(refuses(new_policy("a", ipv6, tcp).create().ack(), EBUSY));
}

TEST_F(New, PrefersExclOverReplace) {  // K-NEW-3
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp).ack()));
  EXPECT_TRUE(refuses(new_policy("a", ipv4, udp).replace().exclusive(), EEXIST));
}

TEST_F(New, CreatesFreeNameWithAnyFlags) {  // K-NEW-2
  for (std::uint16_t flags = 0; flags < 16; ++flags) {
    const std::string name = numbered(flags);
    const auto bits = static_cast<std::uint16_t>(flags << 8);
    EXPECT_TRUE(accepts(new_policy(name, ipv4, udp).with(bits).ack())) << flags;
    EXPECT_TRUE(answers(get_policy(name),
                        {policy_message({.name = name, .protocol = udp, .timeouts = {30, 120}})}));
  }
}

TEST_F(New, ReplaceSetsOmittedSlotsBackToDefaults) {  // K-NEW-5
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp, {{1, 11}, {2, 22}}).ack()));
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp, {{2, 33}}).replace().ack()));
  EXPECT_TRUE(answers(get_policy("a"),
                      {policy_message({.name = "a", .protocol = udp, .timeouts = {30, 33}})}));
}

TEST_F(New, ReplaceTakesDefaultsOfThisMoment) {  // K-NEW-5
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp, {{1, 11}}).ack()));
  EXPECT_TRUE(accepts(set_default(udp, {{1, 44}, {2, 55}}).ack()));
  EXPECT_TRUE(answers(get_policy("a"),
                      {policy_message({.name = "a", .protocol = udp, .timeouts = {11, 120}})}));
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp, {{2, 7}}).replace().ack()));
  EXPECT_TRUE(answers(get_policy("a"),
                      {policy_message({.name = "a", .protocol = udp, .timeouts = {44, 7}})}));
}

TEST_F(New, ReplaceKeepsPlaceInTheList) {  // K-NEW-5
  create_policies(3);
  EXPECT_TRUE(ignores(new_policy("001", ipv4, generic, {{1, 5}}).replace()));
  EXPECT_TRUE(
      answers(dump_policies(),
              {join({numbered_policy(0), numbered_policy(1, 1, 5), numbered_policy(2)}), done()}));
}

TEST_F(New, RefusesReplaceByOtherFamilyOrProtocol) {  // K-NEW-3
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp).ack()));
  EXPECT_TRUE(refuses(new_policy("a", ipv6, udp).replace(), EINVAL));
  EXPECT_TRUE(refuses(new_policy("a", ipv4, tcp).replace(), EINVAL));
  EXPECT_TRUE(refuses(new_policy("a", ipv4, 200).replace(), EINVAL));
  // The mismatch is found before the bad slot.
  EXPECT_TRUE(refuses(new_policy("a", ipv6, udp).attr(attr_data, attribute(1, zeros(2))).replace(),
                      EINVAL));
  EXPECT_TRUE(answers(get_policy("a"), {policy_message(udp_a)}));
}

TEST_F(New, RefusedReplaceChangesNothing) {  // K-ATTR-8
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp, {{1, 11}, {2, 22}}).ack()));
  const Bytes slots = join({attribute(1, big32(99)), attribute(2, zeros(3))});
  EXPECT_TRUE(refuses(
      Message(type_new).name("a").family(ipv4).protocol(udp).attr(attr_data, slots).replace(),
      ERANGE));
  EXPECT_TRUE(answers(get_policy("a"),
                      {policy_message({.name = "a", .protocol = udp, .timeouts = {11, 22}})}));
}

TEST_F(New, RefusesProtocolWithoutTracker) {  // K-NEW-8
  for (const std::uint8_t protocol :
       Bytewide{0, 2, 5, 7, 16, 18, 46, 48, 59, 131, 133, 200, 253, 254}) {
    EXPECT_TRUE(refuses(new_policy("a", ipv4, protocol), EOPNOTSUPP)) << int{protocol};
  }
  EXPECT_TRUE(answers(dump_policies(), {done()}));
}

TEST_F(New, FindsUnsupportedProtocolBeforeBadSlot) {  // K-NEW
  const Bytes slots = attribute(1, zeros(2));
  EXPECT_TRUE(refuses(Message(type_new).name("a").family(ipv4).protocol(200).attr(attr_data, slots),
                      EOPNOTSUPP));
  EXPECT_TRUE(refuses(Message(type_new).name("a").family(ipv4).protocol(udp).attr(attr_data, slots),
                      ERANGE));
  EXPECT_TRUE(refuses(get_policy("a"), ENOENT));
}

TEST_F(New, StoresAnyFamily) {  // K-NEW-6
  for (const std::uint16_t family : Numbers{0, 2, 10, 0x00ff, 0xffff}) {
    const std::string name = numbered(family);
    EXPECT_TRUE(accepts(new_policy(name, family, icmp).ack()));
    EXPECT_TRUE(answers(
        get_policy(name),
        {policy_message({.name = name, .family = family, .protocol = icmp, .timeouts = {30}})}));
  }
}

TEST_F(New, NameAloneIdentifiesPolicy) {  // K-NEW-6
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp).ack()));
  EXPECT_TRUE(refuses(new_policy("a", ipv6, tcp).exclusive(), EEXIST));
  EXPECT_TRUE(accepts(new_policy("A", ipv4, udp).exclusive().ack()));
}

TEST_F(New, IgnoresUseInRequest) {  // K-NEW-11
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp).attr(attr_users, big32(77)).ack()));
  EXPECT_TRUE(answers(get_policy("a"), {policy_message(udp_a)}));
}

TEST_F(New, RecreatedPolicyGoesToTheEnd) {  // K-NEW-12
  create_policies(3);
  EXPECT_TRUE(ignores(delete_policy("000")));
  EXPECT_TRUE(ignores(new_policy("000", ipv4, generic)));
  EXPECT_TRUE(
      answers(dump_policies(),
              {join({numbered_policy(1), numbered_policy(2), numbered_policy(0)}), done()}));
}

TEST_F(New, ValidatesAttributesBeforeMissingOnes) {  // K-NEW-4
  EXPECT_TRUE(refuses(Message(type_new).attr(attr_family, zeros(1)), ERANGE));
  EXPECT_TRUE(refuses(Message(type_new).attr(attr_name, characters("a")), EINVAL));
}

TEST_F(New, EchoHasNoEffect) {  // K-SOCK-12
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp).with(flag_echo).ack()));
}

}  // namespace
}  // namespace cttimeout::test
