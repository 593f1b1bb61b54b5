// Acks: when they come, how they copy the request, and what extended acks add to them.
#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class Ack : public Conformance {
 protected:
  struct Style {
    bool capped;
    bool extended;
  };
  static constexpr Style styles[] = {{false, false}, {true, false}, {false, true}, {true, true}};

  Talker talker_of(Style style) {
    Talker talker(ground());
    if (style.capped) talker.enable(option_cap_ack);
    if (style.extended) talker.enable(option_ext_ack);
    return talker;
  }

  // Under all four combinations of CAP_ACK and EXT_ACK.
  void expect_refusal(const Bytes& request, int error, const Bytes& tlvs = {}) {
    for (const Style style : styles) {
      const Bytes expected = failure(
          request, error, {.capped = style.capped, .tlvs = style.extended ? tlvs : Bytes{}});
      EXPECT_TRUE(talker_of(style).answers(request, {expected}))
          << "CAP_ACK " << style.capped << " EXT_ACK " << style.extended;
    }
  }

  void expect_success(const Bytes& request, const Bytes& tlvs = {}) {
    for (const Style style : styles) {
      EXPECT_TRUE(
          talker_of(style).answers(request, {success(request, style.extended ? tlvs : Bytes{})}))
          << "CAP_ACK " << style.capped << " EXT_ACK " << style.extended;
    }
  }

  // That attribute at `offset` broke its rule.
  void expect_invalid(const Bytes& request, int error, std::uint32_t offset,
                      std::uint16_t attribute_type) {
    expect_refusal(request, error, validation_tlvs(offset, rule_of(attribute_type)));
  }
};

TEST_F(Ack, OfSuccessIsAlwaysCapped) {  // K-ACK-1
  expect_success(flush_policies().ack());
  EXPECT_TRUE(answers(flush_policies().ack(), {hex("24000000 0200 0001 01000000 00000000 00000000"
                                                   "14000000 0208 0500 01000000 00000000")}));
}

TEST_F(Ack, OfWhatIsNotExecutedIsOneOfSuccess) {  // K-ACK-26, K-ACK-27
  expect_success(Message(type_noop).ack());
  expect_success(delete_policy("x").without(flag_request).ack());
  expect_success(Message(type_delete).payload({}).ack());
}

TEST_F(Ack, OfErrorCopiesTheRequestUnlessCapped) {  // K-ACK-3
  expect_refusal(get_policy("nope").ack(), ENOENT);
  const Bytes request =
      hex("20000000 0108 0500 01000000 00000000 00000000 09000100 6e6f7065 00000000");
  EXPECT_TRUE(answers(request, {hex("34000000 0200 0000 01000000 00000000 feffffff"
                                    "20000000 0108 0500 01000000 00000000 00000000"
                                    "09000100 6e6f7065 00000000")}));
}

TEST_F(Ack, OfErrorComesWithoutAckFlag) {  // K-ACK-0
  expect_refusal(get_policy("nope"), ENOENT);
}

TEST_F(Ack, PadsTheCopyOfAnUnalignedRequest) {  // K-ACK-28 to 31
  for (const std::uint16_t length : Numbers{6, 7}) {
    const Bytes unaligned = Message(type_get).raw(
        attribute_of_length(length, attr_name, join({characters("x"), zeros(length - 5U)})));
    expect_refusal(unaligned, ENOENT);
    expect_refusal(Message(type_get)
                       .raw(attribute_of_length(4, attr_family, {}))
                       .raw(Bytes(length - 5U, std::byte{0xff})),
                   ERANGE, validation_tlvs(20, rule_of(attr_family)));
  }
}

TEST_F(Ack, HasNoTextForMissingAttributes) {
  expect_refusal(new_policy("a", ipv4, udp).payload(zeros(4)), EINVAL);
}

TEST_F(Ack, HasNoTextForUnknownTypes) {
  expect_refusal(Message(0x0805), EINVAL);
  expect_refusal(Message(0xee00), EINVAL);
}

TEST_F(Ack, HasNoTextForRefusalsOfTheEndpoint) {  // K-ACK-3 to 9
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp).ack()));
  expect_refusal(new_policy("a", ipv4, udp).exclusive(), EEXIST);
  expect_refusal(new_policy("a", ipv4, udp), EBUSY);
  expect_refusal(new_policy("a", ipv6, udp).replace(), EINVAL);
  expect_refusal(new_policy("b", ipv4, 200), EOPNOTSUPP);
  expect_refusal(delete_policy("b"), ENOENT);
}

TEST_F(Ack, HasNoTextForShortSlot) {  // K-ACK-19
  expect_refusal(Message(type_new).name("a").family(ipv4).protocol(udp).attr(
                     attr_data | nested, attribute(1, zeros(3))),
                 ERANGE);
}

TEST_F(Ack, NamesOffsetAndRuleOfUnterminatedName) {  // K-ACK-10
  expect_invalid(Message(type_get).attr(attr_name, characters("abc")), EINVAL, 20, attr_name);
  expect_invalid(Message(type_get).attr(attr_name, {}), EINVAL, 20, attr_name);
}

TEST_F(Ack, NamesOffsetAndRuleOfLongName) {  // K-ACK-11
  expect_invalid(get_policy(std::string(32, 'n')), EINVAL, 20, attr_name);
  expect_invalid(Message(type_get).attr(attr_name, join({text("a"), Bytes(31, std::byte{1})})),
                 ERANGE, 20, attr_name);
}

TEST_F(Ack, NamesOffsetAndRuleOfShortFamily) {  // K-ACK-14
  expect_invalid(get_policy("abc").attr(attr_family, zeros(1)), ERANGE, 28, attr_family);
}

TEST_F(Ack, NamesOffsetAndRuleOfEmptyProtocol) {  // K-ACK-16
  expect_invalid(get_policy("abcd").attr(attr_protocol, {}), ERANGE, 32, attr_protocol);
}

TEST_F(Ack, NamesOffsetAndRuleOfShortData) {  // K-ACK-17
  expect_invalid(Message(type_get).attr(attr_data, zeros(3)), ERANGE, 20, attr_data);
  expect_invalid(Message(type_get).attr(attr_data | nested, zeros(1)), ERANGE, 20, attr_data);
}

TEST_F(Ack, SpellsOutTheWholeExtendedAck) {
  talker().enable(option_ext_ack);
  EXPECT_TRUE(answers(
      Message(type_get).attr(attr_family, zeros(1)),
      {hex("84000000 0200 0002 01000000 00000000 deffffff"
           "1c000000 0108 0100 01000000 00000000 00000000 05000200 00000000"
           "27000100 41747472 69627574 65206661 696c6564 20706f6c 69637920 76616c69"
           "64617469 6f6e0000 08000200 14000000"
           "24000480 0c000400 00000000 00000000 0c000500 ffff0000 00000000 08000100 03000000")}));
}

TEST_F(Ack, CountsOffsetFromItsOwnMessage) {
  talker().enable(option_ext_ack);
  const Bytes first = get_policy("x");
  const Bytes second = Message(type_get).attr(attr_data, zeros(1)).sequence(2);
  EXPECT_TRUE(
      answers(datagram({first, second}),
              {failure(first, ENOENT),
               failure(second, ERANGE, {.tlvs = validation_tlvs(20, rule_of(attr_data))})}));
}

TEST_F(Ack, TellsOfLeftoverBytesOnSuccess) {  // K-ACK-2
  expect_success(flush_policies().raw(hex("ff")).ack(), leftover_tlvs());
  expect_success(flush_policies().raw(hex("ffff0000")).ack(), leftover_tlvs());
  expect_success(flush_policies().raw(hex("03000100")).ack(), leftover_tlvs());
}

TEST_F(Ack, TellsOfLeftoverBytesOnUnrelatedErrors) {  // K-ACK-20/21
  expect_refusal(get_policy("x").raw(hex("ffff")), ENOENT, leftover_tlvs());
  expect_refusal(new_policy("x", ipv4, 200).raw(hex("000000")), EOPNOTSUPP, leftover_tlvs());
  expect_refusal(Message(type_get).raw(hex("00")), EINVAL, leftover_tlvs());
}

TEST_F(Ack, TellsOfNoLeftoversAfterInvalidAttribute) {  // K-ACK-21
  expect_invalid(Message(type_get).attr(attr_family, zeros(1)).raw(hex("ffff")), ERANGE, 20,
                 attr_family);
}

TEST_F(Ack, LosesLeftoverTextWhenThereIsNoAck) {  // K-ACK-45/41/42
  talker().enable(option_ext_ack);
  EXPECT_TRUE(ignores(flush_policies().raw(hex("ff"))));
  EXPECT_TRUE(answers(dump_policies().raw(hex("ff")).ack(), {done()}));
}

TEST_F(Ack, TellsOfLeftoverBytesAfterAGet) {  // K-ACK-44
  create_policies(1);
  talker().enable(option_ext_ack);
  const Bytes request = get_policy("000").raw(hex("01020304 05")).ack();
  EXPECT_TRUE(answers(request, {numbered_policy(0), success(request, leftover_tlvs())}));
}

TEST_F(Ack, IsNeverSentForAStartedDump) {  // K-ACK-0
  create_policies(1);
  EXPECT_TRUE(answers(dump_policies().ack(), {numbered_policy(0), done()}));
}

TEST_F(Ack, RefusesInvalidAttributesBeforeADump) {  // K-ACK-43
  expect_invalid(dump_policies().attr(attr_protocol, {}), ERANGE, 20, attr_protocol);
}

TEST_F(Ack, DoesNotDependOnStrictChecking) {  // K-ACK-40s
  talker().enable(option_strict_check).enable(option_ext_ack);
  EXPECT_TRUE(accepts(new_policy("a", ipv4, icmp).attr(77, zeros(1)).ack()));
  EXPECT_TRUE(answers(get_policy("a").raw(hex("ff")).ack(),
                      {policy_message({.name = "a", .protocol = icmp, .timeouts = {30}}),
                       success(get_policy("a").raw(hex("ff")).ack(), leftover_tlvs())}));
  EXPECT_TRUE(answers(dump_policies().name("a"),
                      {policy_message({.name = "a", .protocol = icmp, .timeouts = {30}}), done()}));
}

TEST_F(Ack, FollowsTheOptionsAtTheTimeOfSending) {  // K-SOCK-13
  const Bytes first = get_policy("x").sequence(1);
  const Bytes second = get_policy("x").sequence(2);
  talker().send(first);
  talker().enable(option_cap_ack);
  EXPECT_TRUE(answers(second, {failure(first, ENOENT), failure(second, ENOENT, {.capped = true})}));
}

}  // namespace
}  // namespace cttimeout::test
