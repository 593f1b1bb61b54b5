// Framing: how a datagram is cut into messages, and which of them are executed at all.
#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class Framing : public Conformance {};

const Bytes get_x = get_policy("x");  // 28 bytes; refused with ENOENT

TEST_F(Framing, SwallowsDatagramsShorterThanAHeader) {  // K-FRAME-1
  const Bytes request = get_x;
  for (std::size_t size = 1; size < header_size; ++size) {
    EXPECT_TRUE(ignores({request.begin(), request.begin() + static_cast<std::ptrdiff_t>(size)}))
        << size;
  }
}

TEST_F(Framing, SwallowsDatagramWithBadFirstLength) {  // K-FRAME-3
  for (const std::uint32_t length : {1U, 15U, 57U, 0xffffU, 0x80000000U, 0xffffffffU}) {
    EXPECT_TRUE(ignores(datagram({get_policy("x").claims(length).ack(), get_x}))) << length;
  }
  EXPECT_TRUE(ignores(join({zeros(16), get_x})));
}

TEST_F(Framing, DoesNotExecuteMessageWithoutNfgenmsg) {  // K-FRAME-2
  for (std::uint32_t size = 0; size < 4; ++size) {
    const Bytes silent = Message(type_delete).payload(zeros(size));
    const Bytes acked = Message(type_delete).payload(zeros(size)).ack();
    create_policies(1);
    EXPECT_TRUE(ignores(silent)) << size;
    EXPECT_TRUE(accepts(acked)) << size;
    EXPECT_TRUE(answers(dump_policies(), {numbered_policy(0), done()})) << size;
    EXPECT_TRUE(accepts(flush_policies().ack()));
  }
}

TEST_F(Framing, MissingNfgenmsgComesBeforeUnknownType) {  // K-FRAME-2
  for (const std::uint16_t type : Numbers{0x08ff, 0x0900, 0xee00, 0x0010}) {
    EXPECT_TRUE(answers(datagram({get_x, Message(type).payload({}).ack()}),
                        {failure(get_x, ENOENT), success(Message(type).payload({}).ack())}))
        << type;
  }
}

TEST_F(Framing, StopsAtBadLengthOfALaterMessage) {  // K-FRAME-4
  for (const std::uint32_t length : {0U, 15U, 0x1000U}) {
    const Bytes bad = join({host32(length), Bytes(get_x.begin() + 4, get_x.end())});
    EXPECT_TRUE(answers(join({get_x, bad, get_x}), {failure(get_x, ENOENT)})) << length;
  }
}

TEST_F(Framing, IgnoresBytesThatAreNoHeader) {  // K-FRAME-4
  for (std::size_t rest = 1; rest < header_size; ++rest) {
    EXPECT_TRUE(answers(
        join({get_x, Bytes(get_x.begin(), get_x.begin() + static_cast<std::ptrdiff_t>(rest))}),
        {failure(get_x, ENOENT)}))
        << rest;
  }
}

TEST_F(Framing, ProcessesMessagesInOrder) {  // K-FRAME-5
  const Bytes first = new_policy("a", ipv4, icmp).sequence(1).ack();
  const Bytes second = new_policy("a", ipv4, icmp).exclusive().sequence(2);
  const Bytes third = get_policy("a").sequence(3).ack();
  const Bytes fourth = delete_policy("a").sequence(4).ack();
  const Bytes fifth = get_policy("a").sequence(5);
  EXPECT_TRUE(answers(datagram({first, second, third, fourth, fifth}),
                      {success(first), failure(second, EEXIST),
                       policy_message({.name = "a", .protocol = icmp, .timeouts = {30}}, 3),
                       success(third), success(fourth), failure(fifth, ENOENT)}));
}

TEST_F(Framing, DumpAmongMessagesPutsItsFirstPartAtItsPlace) {  // K-FRAME-5
  create_policies(1);
  const Bytes before = get_policy("x").sequence(1);
  const Bytes dump = dump_policies().sequence(2).ack();
  const Bytes after = get_policy("000").sequence(3);
  EXPECT_TRUE(
      answers(datagram({before, dump, after}),
              {failure(before, ENOENT), numbered_policy(0, 2), numbered_policy(0, 3), done(2)}));
}

TEST_F(Framing, TakesLastMessageWithoutPadding) {  // K-FRAME-6
  const Bytes unpadded = Message(type_get).raw(attribute_of_length(6, attr_name, text("x")));
  EXPECT_EQ(unpadded.size(), 26U);
  EXPECT_TRUE(refuses(unpadded, ENOENT));
  EXPECT_TRUE(refuses(join({unpadded, hex("ffff")}), ENOENT));
}

TEST_F(Framing, IgnoresWhatPaddingIs) {  // K-FRAME-6
  const Bytes unpadded = Message(type_get).raw(attribute_of_length(6, attr_name, text("x")));
  EXPECT_TRUE(answers(join({unpadded, hex("ffff"), get_x}),
                      {failure(unpadded, ENOENT), failure(get_x, ENOENT)}));
}

TEST_F(Framing, ResumesAtAlignedOffsetAfterUnpaddedMessage) {  // K-FRAME-6
  const Bytes unpadded = Message(type_get).raw(attribute_of_length(6, attr_name, text("x")));
  // Two bytes into the next header its "length" is 0x08010000: the walk ends.
  EXPECT_TRUE(answers(join({unpadded, get_x}), {failure(unpadded, ENOENT)}));
}

TEST_F(Framing, DoesNotExecuteWithoutRequestFlag) {  // K-FRAME-7
  create_policies(1);
  for (const std::uint16_t type : Numbers{type_new, type_get, type_delete, 0x0900}) {
    EXPECT_TRUE(ignores(Message(type).without(flag_request))) << type;
    EXPECT_TRUE(accepts(Message(type).without(flag_request).ack())) << type;
  }
  EXPECT_TRUE(accepts(dump_policies().without(flag_request).ack()));
  EXPECT_TRUE(answers(dump_policies(), {numbered_policy(0), done()}));
}

TEST_F(Framing, DoesNotExecuteControlMessages) {  // K-FRAME-8
  for (std::uint16_t type = 0; type < 16; ++type) {
    EXPECT_TRUE(ignores(Message(type))) << type;
    EXPECT_TRUE(accepts(Message(type).ack())) << type;
    EXPECT_TRUE(accepts(Message(type).payload({}).ack())) << type;
  }
}

TEST_F(Framing, RefusesTypesOfSubsystemZero) {  // K-FRAME-9
  for (const std::uint16_t type : Numbers{17, 18, 0x20, 0x80, 0xff}) {
    EXPECT_TRUE(refuses(Message(type), EINVAL)) << type;
  }
}

TEST_F(Framing, RepliesToTheSocketNotToTheRequestsPortId) {  // K-FRAME-10
  create_policies(1);
  EXPECT_TRUE(answers(get_policy("000").port(4711), {numbered_policy(0)}));
  // The copy keeps what was sent.
  EXPECT_TRUE(answers(get_policy("x").port(0x04030201),
                      {hex("30000000 0200 0000 01000000 00000000 feffffff"
                           "1c000000 0108 0100 01000000 01020304 00000000 06000100 78000000")}));
}

TEST_F(Framing, EchoesUnknownFlagsInTheCopy) {  // K-FRAME-11
  EXPECT_TRUE(refuses(get_policy("x").with(0xf0f0), ENOENT));
}

}  // namespace
}  // namespace cttimeout::test
