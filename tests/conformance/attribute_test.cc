// Attributes: the walk over them, and what is made of types, duplicates and lengths.
#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class Attribute : public Conformance {
 protected:
  const Bytes stored_ = policy_message({.name = "a", .protocol = udp, .timeouts = {30, 120}});
};

TEST_F(Attribute, OfUnknownTypeIsSkipped) {  // K-ATTR-1
  for (const std::uint16_t type : Numbers{0, 6, 7, 100, 0x3fff}) {
    EXPECT_TRUE(accepts(new_policy("a", ipv4, udp).attr(type, zeros(1)).ack())) << type;
    EXPECT_TRUE(answers(Message(type_get).attr(type, {}).name("a"), {stored_})) << type;
    EXPECT_TRUE(accepts(delete_policy("a").ack()));
  }
}

TEST_F(Attribute, UseMayHaveAnyLength) {  // K-ATTR-1
  for (std::size_t size = 0; size < 9; ++size) {
    EXPECT_TRUE(refuses(get_policy("x").attr(attr_users, zeros(size)), ENOENT)) << size;
  }
}

TEST_F(Attribute, LastDuplicateWins) {  // K-ATTR-2
  EXPECT_TRUE(accepts(new_policy("b", ipv6, tcp, {{1, 5}, {2, 6}})
                          .name("a")
                          .family(ipv4)
                          .protocol(udp)
                          .timeouts({{2, 9}})
                          .ack()));
  EXPECT_TRUE(answers(get_policy("b").name("a"),
                      {policy_message({.name = "a", .protocol = udp, .timeouts = {30, 9}})}));
}

TEST_F(Attribute, EveryDuplicateIsValidated) {  // K-ATTR-2
  EXPECT_TRUE(refuses(Message(type_get).attr(attr_name, characters("a")).name("a"), EINVAL));
  EXPECT_TRUE(refuses(get_policy("a").attr(attr_family, zeros(1)).family(ipv4), ERANGE));
}

TEST_F(Attribute, OnlyTheLastDataIsLookedInto) {  // K-ATTR-2
  EXPECT_TRUE(accepts(Message(type_new)
                          .name("a")
                          .family(ipv4)
                          .protocol(udp)
                          .attr(attr_data, attribute(1, zeros(1)))
                          .timeouts({})
                          .ack()));
  EXPECT_TRUE(answers(get_policy("a"), {stored_}));
}

TEST_F(Attribute, LastDuplicateOfASlotWins) {  // K-ATTR-8
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp, {{1, 5}, {2, 6}, {1, 7}}).ack()));
  EXPECT_TRUE(answers(get_policy("a"),
                      {policy_message({.name = "a", .protocol = udp, .timeouts = {7, 6}})}));
}

TEST_F(Attribute, WalkEndsAtBadLength) {  // K-ATTR-3
  for (const std::uint16_t length : Numbers{0, 1, 3, 13, 0xffff}) {
    const Bytes bad = attribute_of_length(length, attr_family, zeros(4));
    EXPECT_TRUE(refuses(get_policy("x").raw(bad), ENOENT)) << length;
    // What follows it does not exist.
    EXPECT_TRUE(refuses(Message(type_get).raw(bad).name("x"), EINVAL)) << length;
  }
}

TEST_F(Attribute, LastMayLackPadding) {  // K-ATTR-3
  EXPECT_TRUE(refuses(Message(type_get).raw(attribute_of_length(6, attr_name, text("x"))), ENOENT));
}

TEST_F(Attribute, LeftoverBytesAreIgnored) {  // K-ATTR-3
  for (std::size_t size = 1; size < 4; ++size) {
    EXPECT_TRUE(refuses(get_policy("x").raw(zeros(size)), ENOENT)) << size;
  }
}

TEST_F(Attribute, NestedAndByteOrderBitsAreIgnored) {  // K-ATTR-7
  for (const unsigned bits : {0U, 0x4000U, 0x8000U, 0xc000U}) {
    const auto with = [&](unsigned type) { return static_cast<std::uint16_t>(type | bits); };
    EXPECT_TRUE(accepts(Message(type_new)
                            .attr(with(attr_name), text("a"))
                            .attr(with(attr_family), big16(ipv4))
                            .attr(with(attr_protocol), byte(udp))
                            .attr(with(attr_data), attribute(with(1), big32(5)))
                            .ack()));
    EXPECT_TRUE(answers(get_policy("a"),
                        {policy_message({.name = "a", .protocol = udp, .timeouts = {5, 120}})}));
    EXPECT_TRUE(accepts(flush_policies().ack()));
  }
}

TEST_F(Attribute, FamilyTakesItsFirstTwoBytes) {  // K-ATTR-4
  EXPECT_TRUE(refuses(get_policy("a").attr(attr_family, {}), ERANGE));
  EXPECT_TRUE(refuses(get_policy("a").attr(attr_family, zeros(1)), ERANGE));
  EXPECT_TRUE(accepts(Message(type_new)
                          .name("a")
                          .attr(attr_family, hex("000201020304"))
                          .protocol(udp)
                          .timeouts({})
                          .ack()));
  EXPECT_TRUE(answers(get_policy("a"), {stored_}));
}

TEST_F(Attribute, ProtocolTakesItsFirstByte) {  // K-ATTR-5
  EXPECT_TRUE(refuses(get_policy("a").attr(attr_protocol, {}), ERANGE));
  EXPECT_TRUE(accepts(Message(type_new)
                          .name("a")
                          .family(ipv4)
                          .attr(attr_protocol, hex("11ffff"))
                          .timeouts({})
                          .ack()));
  EXPECT_TRUE(answers(get_policy("a"), {stored_}));
}

TEST_F(Attribute, OrderIsFree) {  // K-ATTR-9, K-ACK-23/24
  EXPECT_TRUE(accepts(
      Message(type_new).timeouts({{2, 9}, {1, 8}}).protocol(udp).family(ipv4).name("a").ack()));
  EXPECT_TRUE(answers(get_policy("a"),
                      {policy_message({.name = "a", .protocol = udp, .timeouts = {8, 9}})}));
}

TEST_F(Attribute, FirstInvalidOneInTheMessageDecides) {  // K-ATTR-9, K-ACK-23/24
  EXPECT_TRUE(refuses(Message(type_get).attr(attr_family, {}).attr(attr_name, {}), ERANGE));
  EXPECT_TRUE(refuses(Message(type_get).attr(attr_name, {}).attr(attr_family, {}), EINVAL));
}

TEST_F(Attribute, IsValidatedByEveryCommand) {
  for (const std::uint16_t type :
       Numbers{type_new, type_get, type_delete, type_default_set, type_default_get}) {
    EXPECT_TRUE(refuses(Message(type).attr(attr_name, {}), EINVAL)) << type;
    EXPECT_TRUE(refuses(Message(type).attr(attr_family, {}), ERANGE)) << type;
    EXPECT_TRUE(refuses(Message(type).attr(attr_protocol, {}), ERANGE)) << type;
    EXPECT_TRUE(refuses(Message(type).attr(attr_data, zeros(1)), ERANGE)) << type;
  }
}

}  // namespace
}  // namespace cttimeout::test
