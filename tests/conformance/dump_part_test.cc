// Dump parts: how large they are and when they are made. Each policy here takes 64 bytes.
#include <sys/socket.h>

#include <cerrno>

#include "accounting.h"
#include "conformance.h"

namespace cttimeout::test {
namespace {

class DumpPart : public Conformance {
 protected:
  // Sends a dump request; the sizes of its datagrams when read with buffers of `size`.
  std::vector<std::size_t> sizes(std::size_t size) {
    talker().send(dump_policies());
    std::vector<std::size_t> sizes;
    for (const Bytes& datagram : talker().drain(size)) sizes.push_back(datagram.size());
    return sizes;
  }
};

using Sizes = std::vector<std::size_t>;

TEST_F(DumpPart, FirstOfAFreshSocketHolds3776Bytes) {  // K-DUMP-6
  create_policies(59);
  EXPECT_TRUE(answers(dump_policies(), {numbered_policies(0, 59), done()}));
}

TEST_F(DumpPart, PolicyThatDoesNotFitStartsTheNext) {  // K-DUMP-6
  create_policies(60);
  EXPECT_TRUE(
      answers(dump_policies(), {numbered_policies(0, 59), numbered_policies(59, 60), done()}));
}

TEST_F(DumpPart, LaterOnesGrowWithTheBuffer) {  // K-DUMP-5, K-DUMP-8
  create_policies(122);
  EXPECT_EQ(sizes(4096), (Sizes{3776, 63 * 64, 20}));  // 4096 holds 64: first had 59, 63 are left
}

TEST_F(DumpPart, BuffersBelow3776DoNotShrinkThem) {  // K-DUMP-5
  create_policies(61);
  EXPECT_EQ(sizes(3775), (Sizes{3775, 128, 20}));  // the first is truncated
}

TEST_F(DumpPart, HoldAtMost32448Bytes) {  // K-DUMP-7
  create_policies(59 + 507 + 1);
  EXPECT_EQ(sizes(ample), (Sizes{3776, 32448, 64, 20}));
}

TEST_F(DumpPart, LargestBufferOfTheSocketCounts) {  // K-DUMP-9
  create_policies(70);
  talker().send(get_policy("x"));
  EXPECT_EQ(talker().receive(4480), whole(failure(get_policy("x"), ENOENT)));
  EXPECT_EQ(sizes(4096), (Sizes{4096, 20}));  // 70 * 64 bytes were sent, cut by the reader
}

TEST_F(DumpPart, ReceiveThatFoundNothingDoesNotCount) {  // K-DUMP-9
  create_policies(60);
  EXPECT_EQ(talker().receive(8192), failed(EAGAIN));
  EXPECT_EQ(sizes(4096), (Sizes{3776, 64, 20}));
}

TEST_F(DumpPart, PeekCountsAndMakesTheNext) {  // K-DUMP-9
  if (hides(&Views::socket_list, "a list of dumping sockets")) return;
  create_policies(61);
  talker().send(dump_policies());
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 4352, .dumping = true}));
  EXPECT_EQ(talker().receive(8192, MSG_PEEK), whole(numbered_policies(0, 59)));
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 4352 + 16640, .dumping = true}));
  EXPECT_EQ(talker().receive(0, MSG_PEEK | MSG_TRUNC), cut({}, 3776));
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 4352 + 2 * 16640}));  // with DONE
  EXPECT_TRUE(same_datagrams(talker().drain(),
                             {numbered_policies(0, 59), numbered_policies(59, 61), done()}));
}

TEST_F(DumpPart, ProbingForTheLengthKeepsThemSmall) {  // K-DUMP-9
  create_policies(60);
  talker().send(dump_policies());
  EXPECT_EQ(talker().receive(0, MSG_PEEK | MSG_TRUNC), cut({}, 3776));
  EXPECT_EQ(talker().memory().used, 2 * 4352U);
  EXPECT_EQ(talker().receive(3776), whole(numbered_policies(0, 59)));
  EXPECT_EQ(talker().receive(0, MSG_PEEK | MSG_TRUNC), cut({}, 64));
  EXPECT_EQ(talker().receive(64), whole(numbered_policy(59)));
  EXPECT_EQ(talker().receive(20), whole(done()));
}

TEST_F(DumpPart, SizesPersistForLaterDumps) {  // K-DUMP-9
  create_policies(61);
  EXPECT_EQ(sizes(ample), (Sizes{3776, 128, 20}));
  EXPECT_EQ(sizes(ample), (Sizes{61 * 64, 20}));
}

TEST_F(DumpPart, NextWaitsUntilHalfTheBufferIsFree) {  // K-DUMP-10, K-DUMP-12.1
  if (hides(&Views::socket_list, "a list of dumping sockets")) return;
  EXPECT_TRUE(talker().socket().set_option(SOL_SOCKET, SO_RCVBUF, host32(8456)));
  create_policies(60);
  const Bytes before = get_policy("x").sequence(8);
  const Bytes behind = Message(type_get).sequence(9).attr(9, zeros(3000)).name("x");
  talker().send(before);
  talker().send(dump_policies());
  talker().send(behind);
  EXPECT_EQ(talker().memory().used, Accounting(ground()).small() + 2 * 4352U);
  EXPECT_EQ(talker().receive(4096), whole(failure(before, ENOENT)));
  // Above 8456 bytes, half of the buffer, no part is made.
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 2 * 4352, .dumping = true}));
  EXPECT_TRUE(same_datagrams(
      talker().drain(4096),
      {numbered_policies(0, 59), failure(behind, ENOENT), numbered_policies(59, 60), done()}));
}

TEST_F(DumpPart, OfAnySizeFitsIntoAnEmptyQueue) {  // K-MEM-6
  if (hides(&Views::socket_list, "a list of dumping sockets")) return;
  EXPECT_TRUE(talker().socket().set_option(SOL_SOCKET, SO_RCVBUF, host32(8192)));
  create_policies(60);
  talker().send(dump_policies());
  EXPECT_EQ(talker().receive(), whole(numbered_policies(0, 59)));
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 33024, .dumping = true}));  // of 16384
  EXPECT_EQ(talker().receive(), whole(numbered_policies(59, 60)));
  EXPECT_EQ(talker().receive(), whole(done()));
}

TEST_F(DumpPart, ThatDoesNotFitIsReportedByTheReceiveAfter) {  // K-MEM-6
  const bool must_fit_itself = Accounting(ground()).counts_new();
  EXPECT_TRUE(talker().socket().set_option(SOL_SOCKET, SO_RCVBUF, host32(8192)));
  create_policies(60);
  talker().send(dump_policies());
  talker().send(get_policy("x"));
  EXPECT_EQ(talker().receive(), whole(numbered_policies(0, 59)));
  if (must_fit_itself) {
    EXPECT_EQ(talker().receive(), failed(ENOBUFS));
  }
  EXPECT_EQ(talker().receive(), whole(failure(get_policy("x"), ENOENT)));
  EXPECT_EQ(talker().receive(), whole(numbered_policies(59, 60)));
  EXPECT_EQ(talker().receive(), whole(done()));
  EXPECT_EQ(talker().receive(), failed(EAGAIN));
}

TEST_F(DumpPart, MustLeaveSomethingOfTheBuffer) {  // K-MEM-2, K-MEM-6
  if (hides(&Views::socket_list, "a list of dumping sockets")) return;
  if (lacks(Accounting(ground()).counts_new(), "room only for what fits")) return;
  // Two charges of 8448 bytes fill the buffer: an ack may do that, a part may not.
  EXPECT_TRUE(talker().socket().set_option(SOL_SOCKET, SO_RCVBUF, host32(8448)));
  create_policies(65);
  talker().send(get_policy("x"));
  EXPECT_EQ(talker().receive(4096), whole(failure(get_policy("x"), ENOENT)));
  const Bytes large = Message(type_get).attr(9, zeros(3800)).name("x");
  talker().send(dump_policies());
  talker().send(large);
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 2 * 8448, .dumping = true}));
  EXPECT_EQ(talker().receive(4096), whole(numbered_policies(0, 64)));
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 8448, .dumping = true}));
  EXPECT_EQ(talker().receive(4096), failed(ENOBUFS));
  EXPECT_EQ(talker().receive(4096), whole(failure(large, ENOENT)));
  EXPECT_TRUE(same_datagrams(talker().drain(4096), {numbered_policies(64, 65), done()}));
}

}  // namespace
}  // namespace cttimeout::test
