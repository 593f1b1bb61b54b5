// The DATA attribute: slots inside, taken all or not at all.
#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class DataAttribute : public Conformance {
 protected:
  // NEW for the next unused name.
  Message with_data(const Bytes& data) {
    return Message(type_new)
        .name(numbered(next_++))
        .family(ipv4)
        .protocol(udp)
        .attr(attr_data, data);
  }

  // The request is accepted and its policy has these timeouts.
  testing::AssertionResult gives(Message request, const std::vector<std::uint32_t>& timeouts) {
    const std::string name = numbered(next_ - 1);
    const testing::AssertionResult created = accepts(request.ack());
    if (!created) return created;
    return answers(get_policy(name),
                   {policy_message({.name = name, .protocol = udp, .timeouts = timeouts})});
  }

 private:
  int next_ = 0;
};

TEST_F(DataAttribute, MayBeEmpty) {  // K-ATTR-8
  EXPECT_TRUE(gives(with_data({}), {30, 120}));
}

TEST_F(DataAttribute, NeedsFourBytesIfAny) {  // K-ATTR-8
  for (std::size_t size = 1; size < 4; ++size) {
    EXPECT_TRUE(refuses(with_data(zeros(size)), ERANGE)) << size;
  }
  EXPECT_TRUE(gives(with_data(zeros(4)), {30, 120}));
}

TEST_F(DataAttribute, IgnoresUnknownSlotsOfAnyLength) {  // K-ATTR-8
  for (const std::uint16_t slot : Numbers{0, 3, 12, 0x3fff}) {
    EXPECT_TRUE(
        gives(with_data(join({attribute(slot, zeros(1)), attribute(1, big32(5))})), {5, 120}))
        << slot;
  }
}

TEST_F(DataAttribute, RefusesShortSlot) {  // K-ATTR-8
  for (std::size_t size = 0; size < 4; ++size) {
    EXPECT_TRUE(refuses(with_data(attribute(2, zeros(size))), ERANGE)) << size;
    EXPECT_TRUE(
        refuses(with_data(join({attribute(1, zeros(size)), attribute(1, big32(1))})), ERANGE))
        << size;
  }
  EXPECT_TRUE(answers(dump_policies(), {done()}));
}

TEST_F(DataAttribute, TakesFirstFourBytesOfLongSlot) {  // K-ATTR-8
  EXPECT_TRUE(gives(with_data(attribute(1, hex("00000102 0304"))), {0x102, 120}));
  EXPECT_TRUE(gives(with_data(attribute(1, hex("00000005 00000006 00000007"))), {5, 120}));
}

TEST_F(DataAttribute, WalkEndsAtBadLength) {  // K-ATTR-8
  const Bytes good = attribute(1, big32(5));
  for (const std::uint16_t length : Numbers{0, 3, 9, 0xffff}) {
    EXPECT_TRUE(gives(with_data(join({good, attribute_of_length(length, 2, big32(6))})), {5, 120}))
        << length;
  }
}

TEST_F(DataAttribute, LeftoversInsideAreNotReported) {  // K-ATTR-8
  talker().enable(option_ext_ack);
  EXPECT_TRUE(gives(with_data(join({attribute(1, big32(5)), zeros(3)})), {5, 120}));
}

TEST_F(DataAttribute, IsOnlyLookedIntoAfterAllOtherChecks) {  // K-ATTR-8
  const Bytes bad = attribute(1, zeros(1));
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp).ack()));
  const Message taken = Message(type_new).name("a").family(ipv4).protocol(udp).attr(attr_data, bad);
  EXPECT_TRUE(refuses(Message(taken).exclusive(), EEXIST));
  EXPECT_TRUE(refuses(taken, EBUSY));
  EXPECT_TRUE(refuses(Message(taken).replace(), ERANGE));
  EXPECT_TRUE(refuses(Message(type_new).name("b").attr(attr_data, bad), EINVAL));
}

}  // namespace
}  // namespace cttimeout::test
