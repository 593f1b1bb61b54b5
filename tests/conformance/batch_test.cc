// Batches: the endpoint has no transactions, so a datagram that begins with BATCH_BEGIN fails.
#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class Batch : public Conformance {};

Message begin_batch(std::uint16_t subsystem) {
  return Message(type_batch_begin).nfgen(0, 0, subsystem);
}

Message end_batch() {
  return Message(type_batch_end).nfgen(0, 0, 8);
}

TEST_F(Batch, IsRefusedOnceAndNothingInItIsDone) {  // K-BATCH-1
  const Bytes begin = begin_batch(8);
  EXPECT_TRUE(answers(datagram({begin, new_policy("a", ipv4, icmp).ack(), end_batch()}),
                      {failure(begin, EOPNOTSUPP)}));
  EXPECT_TRUE(refuses(get_policy("a"), ENOENT));
}

TEST_F(Batch, IsRefusedWhateverItsFlags) {  // K-BATCH-1
  for (const std::uint16_t flags : Numbers{0, 1, 4, 5}) {
    EXPECT_TRUE(refuses(begin_batch(8).without(flag_request).with(flags), EOPNOTSUPP)) << flags;
  }
}

TEST_F(Batch, IsRefusedForSubsystemsWithoutTransactions) {  // K-BATCH-1
  for (const std::uint16_t subsystem : Numbers{0, 1, 2, 8, 11}) {
    EXPECT_TRUE(refuses(begin_batch(subsystem), EOPNOTSUPP)) << subsystem;
  }
}

TEST_F(Batch, OfTheNewestSubsystemIsWithinRangeWhereThereIsOne) {  // K-BATCH-1, K-BATCH-2
  const Bytes begin = begin_batch(12);
  const bool known = talker().exchange(begin) == std::vector<Bytes>{failure(begin, EOPNOTSUPP)};
  EXPECT_TRUE(refuses(begin, known ? EOPNOTSUPP : EINVAL));
}

TEST_F(Batch, IsInvalidForSubsystemsOutOfRange) {  // K-BATCH-2
  for (const std::uint16_t subsystem : Numbers{13, 255, 0x0800, 0xffff}) {
    EXPECT_TRUE(refuses(begin_batch(subsystem), EINVAL)) << subsystem;
  }
}

TEST_F(Batch, BeginThatIsNotFirstIsAnUnknownType) {  // K-BATCH-3
  const Bytes create = new_policy("a", ipv4, icmp).ack();
  EXPECT_TRUE(answers(
      datagram({create, begin_batch(8), delete_policy("a").ack()}),
      {success(create), failure(begin_batch(8), EINVAL), success(delete_policy("a").ack())}));
}

TEST_F(Batch, EndIsAnUnknownType) {  // K-BATCH-3
  const Bytes create = new_policy("a", ipv4, icmp).ack();
  EXPECT_TRUE(
      answers(datagram({end_batch(), create}), {failure(end_batch(), EINVAL), success(create)}));
  EXPECT_TRUE(ignores(end_batch().without(flag_request)));
  EXPECT_TRUE(accepts(end_batch().without(flag_request).ack()));
}

TEST_F(Batch, BeginInShortDatagramIsSwallowed) {  // K-BATCH-4
  for (std::size_t size = 0; size < 4; ++size) {
    EXPECT_TRUE(ignores(Message(type_batch_begin).payload(zeros(size)).ack())) << size;
  }
}

TEST_F(Batch, HeaderOnlyBeginTakesTheNextBytesForItsNfgenmsg) {  // K-BATCH-4
  const Bytes begin = Message(type_batch_begin).payload({});
  EXPECT_TRUE(answers(join({begin, hex("0000 0008")}), {failure(begin, EOPNOTSUPP)}));
  EXPECT_TRUE(answers(join({begin, hex("0000 00ff")}), {failure(begin, EINVAL)}));
}

TEST_F(Batch, LooksAtGenerationIdOnly) {  // K-BATCH-5
  talker().enable(option_ext_ack);
  EXPECT_TRUE(refuses(begin_batch(8).attr(1, big32(7)), EOPNOTSUPP));
  EXPECT_TRUE(refuses(begin_batch(8).attr(1, zeros(3)), ERANGE));
  EXPECT_TRUE(refuses(begin_batch(8).attr(2, zeros(0)), EOPNOTSUPP));
  EXPECT_TRUE(refuses(begin_batch(8).raw(hex("ffff")), EOPNOTSUPP));
}

}  // namespace
}  // namespace cttimeout::test
