// Dump: the whole list, then NLMSG_DONE in a datagram of its own.
#include <sys/socket.h>

#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class Dump : public Conformance {};

TEST_F(Dump, OfNothingIsDoneAlone) {  // K-DUMP-1
  EXPECT_TRUE(answers(dump_policies(), {hex("14000000 0300 0200 01000000 00000000 00000000")}));
  EXPECT_TRUE(answers(dump_policies().ack(), {done()}));
  EXPECT_TRUE(answers(dump_policies().sequence(0xcafe).port(77), {done(0xcafe)}));
}

TEST_F(Dump, HasThePoliciesInOneDatagramAndDoneInAnother) {  // K-DUMP-2
  EXPECT_TRUE(accepts(new_policy("a", ipv4, icmp).ack()));
  EXPECT_TRUE(accepts(new_policy("b", ipv6, generic, {{1, 7}}).ack()));
  EXPECT_TRUE(answers(
      dump_policies(),
      {hex("40000000 0008 0200 01000000 00000000 00000000 06000100 61000000 06000200 00020000"
           "05000300 01000000 08000500 00000001 0c000480 08000100 0000001e"
           "40000000 0008 0200 01000000 00000000 00000000 06000100 62000000 06000200 000a0000"
           "05000300 ff000000 08000500 00000001 0c000480 08000100 00000007"),
       hex("14000000 0300 0200 01000000 00000000 00000000")}));
}

TEST_F(Dump, DoesNotFilter) {  // K-DUMP-2
  create_policies(2);
  EXPECT_TRUE(answers(dump_policies().name("001").family(ipv6).protocol(tcp),
                      {numbered_policies(0, 2), done()}));
}

TEST_F(Dump, DoneIsTheSameForAllAckOptions) {  // K-DUMP-4
  talker().enable(option_cap_ack).enable(option_ext_ack).enable(option_strict_check);
  create_policies(1);
  EXPECT_TRUE(answers(dump_policies().ack(), {numbered_policy(0), done()}));
}

TEST_F(Dump, FirstPartIsMadeBySend) {  // K-DUMP-10
  if (hides(&Views::socket_list, "a list of dumping sockets")) return;
  create_policies(1);
  talker().send(dump_policies());
  EXPECT_TRUE(talker().memory().dumping);
  EXPECT_EQ(talker().receive(), whole(numbered_policy(0)));
  EXPECT_FALSE(talker().memory().dumping);  // DONE is queued
  EXPECT_EQ(talker().receive(), whole(done()));
}

TEST_F(Dump, OfNothingNeverPends) {  // K-DUMP-10
  talker().send(dump_policies().sequence(1));
  EXPECT_FALSE(talker().memory().dumping);
  EXPECT_TRUE(answers(dump_policies().sequence(2), {done(1), done(2)}));
}

TEST_F(Dump, SecondOneIsBusyWhileTheFirstPends) {  // K-DUMP-10
  create_policies(1);
  talker().send(dump_policies().sequence(1));
  const Bytes second = dump_policies().sequence(2).ack();
  EXPECT_TRUE(answers(second, {numbered_policy(0, 1), failure(second, EBUSY), done(1)}));
  EXPECT_TRUE(answers(dump_policies().sequence(3), {numbered_policy(0, 3), done(3)}));
}

TEST_F(Dump, BusyHasNoText) {  // K-DUMP-10
  create_policies(1);
  talker().enable(option_cap_ack).enable(option_ext_ack);
  talker().send(dump_policies().sequence(1));
  const Bytes second = dump_policies().sequence(2);
  EXPECT_TRUE(
      answers(second, {numbered_policy(0, 1), failure(second, EBUSY, {.capped = true}), done(1)}));
}

TEST_F(Dump, MayStartAnewOnceDoneIsQueued) {  // K-DUMP-10
  create_policies(1);
  talker().send(dump_policies().sequence(1));
  EXPECT_EQ(talker().receive(), whole(numbered_policy(0, 1)));
  EXPECT_TRUE(answers(dump_policies().sequence(2), {done(1), numbered_policy(0, 2), done(2)}));
}

TEST_F(Dump, OnAnotherSocketIsIndependent) {  // K-DUMP-10
  create_policies(1);
  Talker other(ground());
  talker().send(dump_policies().sequence(1));
  EXPECT_TRUE(other.answers(dump_policies().sequence(2), {numbered_policy(0, 2), done(2)}));
  EXPECT_TRUE(same_datagrams(talker().drain(), {numbered_policy(0, 1), done(1)}));
}

TEST_F(Dump, OtherRequestsInterleave) {  // K-DUMP-12.3
  create_policies(1);
  talker().send(dump_policies().sequence(1));
  const Bytes second = get_policy("x").sequence(2);
  EXPECT_TRUE(answers(second, {numbered_policy(0, 1), failure(second, ENOENT), done(1)}));
}

TEST_F(Dump, EndsWithItsSocket) {  // K-DUMP-12.2
  create_policies(1);
  {
    Talker short_lived(ground());
    short_lived.send(dump_policies());
  }
  EXPECT_TRUE(answers(dump_policies(), {numbered_policy(0), done()}));
}

TEST_F(Dump, TruncatesForShortBuffers) {  // K-DUMP-9
  create_policies(2);
  talker().send(dump_policies());
  EXPECT_EQ(talker().receive(100),
            cut(join({numbered_policy(0),
                      hex("40000000 0008 0200 01000000 00000000 00000000 08000100 30303100"
                          "06000200 00020000")}),
                100))
      << "the second message ends in the middle";
  EXPECT_EQ(talker().receive(), whole(done()));
}

TEST_F(Dump, PeekingAtTheOnlyPartMakesDone) {  // K-DUMP-9, K-DUMP-10
  create_policies(1);
  talker().send(dump_policies());
  EXPECT_EQ(talker().receive(0, MSG_PEEK | MSG_TRUNC), cut({}, 64));
  EXPECT_FALSE(talker().memory().dumping);
  EXPECT_TRUE(same_datagrams(talker().drain(), {numbered_policy(0), done()}));
}

}  // namespace
}  // namespace cttimeout::test
