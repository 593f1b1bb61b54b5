// DEFAULT_SET and DEFAULT_GET: the timeouts that policies take where they give none.
#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class DefaultSet : public Conformance {};
class DefaultGet : public Conformance {};

TEST_F(DefaultSet, NeedsProtocolAndData) {  // K-DSET-1
  EXPECT_TRUE(refuses(Message(type_default_set), EINVAL));
  EXPECT_TRUE(refuses(Message(type_default_set).family(ipv4).protocol(udp), EINVAL));
  EXPECT_TRUE(refuses(Message(type_default_set).family(ipv4).timeouts({{1, 9}}), EINVAL));
  EXPECT_TRUE(refuses(Message(type_default_set).name("a"), EINVAL));
}

TEST_F(DefaultSet, DoesNotNeedFamily) {  // K-DSET-1, K-VER-9
  const Bytes request = Message(type_default_set).protocol(udp).timeouts({{1, 9}}).ack();
  const std::vector<Bytes> answer = talker().exchange(request);
  const bool needed = answer == std::vector<Bytes>{failure(request, EINVAL)};
  if (lacks(!needed, "DEFAULT_SET without a family")) return;
  EXPECT_TRUE(same_datagrams(answer, {success(request)}));
  EXPECT_TRUE(answers(get_default(udp), {default_message(ipv4, udp, {9, 120})}));
  EXPECT_TRUE(refuses(
      Message(type_default_set).protocol(udp).timeouts({}).attr(attr_family, zeros(1)), ERANGE));
}

TEST_F(DefaultSet, ChangesGivenSlotsOnly) {  // K-DSET-4
  EXPECT_TRUE(accepts(set_default(udp, {{2, 77}}).ack()));
  EXPECT_TRUE(answers(get_default(udp), {default_message(ipv4, udp, {30, 77})}));
  EXPECT_TRUE(ignores(set_default(udp, {{1, 5}})));
  EXPECT_TRUE(answers(get_default(udp), {default_message(ipv4, udp, {5, 77})}));
}

TEST_F(DefaultSet, AcceptsNoSlots) {  // K-DSET-2
  EXPECT_TRUE(accepts(set_default(udp, {}).ack()));
  EXPECT_TRUE(answers(get_default(udp), {default_message(ipv4, udp, {30, 120})}));
}

TEST_F(DefaultSet, ReachesNewPoliciesNotOldOnes) {  // K-DSET-4, K-NEW-5
  EXPECT_TRUE(accepts(new_policy("old", ipv4, udp).ack()));
  EXPECT_TRUE(accepts(set_default(udp, {{1, 5}}).ack()));
  EXPECT_TRUE(accepts(new_policy("new", ipv4, udp).ack()));
  EXPECT_TRUE(answers(get_policy("old"),
                      {policy_message({.name = "old", .protocol = udp, .timeouts = {30, 120}})}));
  EXPECT_TRUE(answers(get_policy("new"),
                      {policy_message({.name = "new", .protocol = udp, .timeouts = {5, 120}})}));
}

TEST_F(DefaultSet, RefusedChangesNothing) {  // K-DSET-2
  const Bytes slots = join({attribute(1, big32(9)), attribute(2, zeros(2))});
  EXPECT_TRUE(
      refuses(Message(type_default_set).family(ipv4).protocol(udp).attr(attr_data, slots), ERANGE));
  EXPECT_TRUE(refuses(Message(type_default_set).family(ipv4).protocol(200).attr(attr_data, slots),
                      EOPNOTSUPP));
  EXPECT_TRUE(answers(get_default(udp), {default_message(ipv4, udp, {30, 120})}));
}

TEST_F(DefaultSet, IgnoresNameAndFlags) {  // K-DSET-1, K-DSET-3
  EXPECT_TRUE(accepts(set_default(udp, {{1, 9}}).name("nobody").with(flag_dump).ack()));
  EXPECT_TRUE(accepts(set_default(udp, {{2, 8}}).create().with(flag_append).ack()));
  EXPECT_TRUE(answers(get_default(udp), {default_message(ipv4, udp, {9, 8})}));
  // A name that is not valid is refused all the same.
  EXPECT_TRUE(refuses(set_default(udp, {{1, 1}}).attr(attr_name, zeros(0)), EINVAL));
}

TEST_F(DefaultSet, IgnoresUnknownSlots) {  // K-ATTR-8
  EXPECT_TRUE(accepts(set_default(udp, {{0, 1}, {3, 1}, {200, 1}, {1, 6}}).ack()));
  EXPECT_TRUE(answers(get_default(udp), {default_message(ipv4, udp, {6, 120})}));
}

TEST_F(DefaultSet, SharesValuesBetweenUdpAndUdplite) {  // K-DSET-6
  if (lacks(tracks(udplite), "udplite")) return;
  EXPECT_TRUE(accepts(set_default(udplite, {{1, 9}}).ack()));
  EXPECT_TRUE(answers(get_default(udp), {default_message(ipv4, udp, {9, 120})}));
  EXPECT_TRUE(accepts(set_default(udp, {{2, 8}}).ack()));
  EXPECT_TRUE(answers(get_default(udplite), {default_message(ipv4, udplite, {9, 8})}));
}

TEST_F(DefaultSet, KeepsIcmpAndIcmpv6Apart) {  // K-DSET-6
  EXPECT_TRUE(accepts(set_default(icmp, {{1, 9}}).ack()));
  EXPECT_TRUE(answers(get_default(icmpv6, ipv6), {default_message(ipv6, icmpv6, {30})}));
}

TEST_F(DefaultGet, NeedsFamilyAndProtocol) {  // K-DGET-3
  EXPECT_TRUE(refuses(Message(type_default_get), EINVAL));
  EXPECT_TRUE(refuses(Message(type_default_get).family(ipv4), EINVAL));
  EXPECT_TRUE(refuses(Message(type_default_get).protocol(udp), EINVAL));
  EXPECT_TRUE(refuses(Message(type_default_get).name("a").timeouts({}), EINVAL));
}

TEST_F(DefaultGet, AnswersAsDefaultSetWithoutNameAndUse) {  // K-DGET-1
  EXPECT_TRUE(answers(
      get_default(udp),
      {hex("38000000 0308 0200 01000000 00000000 00000000 06000200 00020000 05000300 11000000"
           "14000480 08000100 0000001e 08000200 00000078")}));
}

TEST_F(DefaultGet, EchoesAnyFamily) {  // K-DGET-4
  for (const std::uint16_t family : Numbers{0, ipv4, ipv6, 0xffff}) {
    EXPECT_TRUE(answers(get_default(generic, family), {default_message(family, generic, {600})}))
        << family;
  }
}

TEST_F(DefaultGet, RefusesProtocolWithoutTracker) {  // K-DGET-5
  for (const std::uint8_t protocol : Bytewide{0, 2, 50, 200, 254}) {
    EXPECT_TRUE(refuses(get_default(protocol), EOPNOTSUPP)) << int{protocol};
    EXPECT_TRUE(refuses(set_default(protocol, {{1, 1}}), EOPNOTSUPP)) << int{protocol};
  }
}

TEST_F(DefaultGet, IsNeverADump) {  // K-DGET-3
  EXPECT_TRUE(answers(get_default(icmp).with(flag_dump), {default_message(ipv4, icmp, {30})}));
}

TEST_F(DefaultGet, AckFollowsTheValues) {  // K-DGET-3
  const Bytes request = get_default(icmp).sequence(9).ack();
  EXPECT_TRUE(answers(request, {default_message(ipv4, icmp, {30}, 9), success(request)}));
}

TEST_F(DefaultGet, IgnoresNameAndData) {
  EXPECT_TRUE(answers(get_default(icmp).name("nobody").attr(attr_data, attribute(1, zeros(1))),
                      {default_message(ipv4, icmp, {30})}));
}

}  // namespace
}  // namespace cttimeout::test
