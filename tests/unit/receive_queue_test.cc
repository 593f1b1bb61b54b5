// The receive queue: order, charges, overruns, and memory that is taken back.

#include "netlink/receive_queue.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "support/bytes.h"

namespace cttimeout::test {
namespace {

using fake::charge_for;
using fake::charge_for_user;
using fake::ReceiveQueue;

void push(ReceiveQueue& queue, std::string_view text, std::size_t charge = 832) {
  const Bytes bytes = characters(text);
  std::copy(bytes.begin(), bytes.end(), queue.reserve(bytes.size()).begin());
  queue.commit(bytes.size(), charge, {.address = {.port_id = 7}});
}

std::string front(const ReceiveQueue& queue) {
  const auto bytes = queue.front().bytes;
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(Charge, GrowsInTheStepsOfTheSlab) {
  EXPECT_EQ(charge_for(linux_6_18, 0), 832U);
  EXPECT_EQ(charge_for(linux_6_18, 256), 832U);
  EXPECT_EQ(charge_for(linux_6_18, 257), 1280U);
  EXPECT_EQ(charge_for(linux_6_18, 704), 1280U);
  EXPECT_EQ(charge_for(linux_6_18, 705), 2304U);
  EXPECT_EQ(charge_for(linux_6_18, 1728), 2304U);
  EXPECT_EQ(charge_for(linux_6_18, 3776), 4352U);
  EXPECT_EQ(charge_for(linux_6_18, 3777), 8448U);
  EXPECT_EQ(charge_for(linux_6_18, 7872), 8448U);
  EXPECT_EQ(charge_for(linux_6_18, 16064), 16640U);
  EXPECT_EQ(charge_for(linux_6_18, 32448), 33024U);
  EXPECT_EQ(charge_for(linux_6_18, 65216), 65792U);
}

TEST(Charge, OfAUsersDatagramBeyondAPageHasNoStepsUnlessItGoesToAGroup) {
  constexpr std::size_t page = 3776;
  for (const std::size_t size : {page, page + 1}) {
    EXPECT_EQ(charge_for_user(linux_6_18, size, true), charge_for(linux_6_18, size)) << size;
  }
  EXPECT_EQ(charge_for_user(linux_6_18, page, false), charge_for(linux_6_18, page));
  EXPECT_LT(charge_for_user(linux_6_18, page + 1, false), charge_for(linux_6_18, page + 1));
}

TEST(ReceiveQueue, GivesDatagramsInOrder) {
  ReceiveQueue queue(linux_6_18);
  push(queue, "first");
  push(queue, "");
  push(queue, "third");
  EXPECT_EQ(front(queue), "first");
  EXPECT_EQ(queue.front().source.address.port_id, 7U);
  queue.pop();
  EXPECT_EQ(front(queue), "");
  queue.pop();
  EXPECT_EQ(front(queue), "third");
  queue.pop();
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.used(), 0U);
}

TEST(ReceiveQueue, StaysInOrderWhileItIsNeverEmpty) {
  ReceiveQueue queue(linux_6_18);
  push(queue, "0");
  for (int i = 1; i < 1000; ++i) {
    push(queue, std::to_string(i));
    if (i % 3 == 0) push(queue, std::to_string(i) + "+");
    ASSERT_FALSE(queue.empty());
    queue.pop();
    if (i % 3 == 0) queue.pop();
  }
  EXPECT_EQ(front(queue), "999+");
}

TEST(ReceiveQueue, HoldsExactly256SmallDatagrams) {
  ReceiveQueue queue(linux_6_18);
  for (int i = 0; i < 256; ++i) {
    ASSERT_TRUE(queue.accepts(832)) << i;
    push(queue, "x");
  }
  EXPECT_FALSE(queue.accepts(832));
}

TEST(ReceiveQueue, TakesOneDatagramOfAnySizeWhenEmpty) {
  ReceiveQueue queue(linux_6_18);
  queue.set_limit(2304);
  EXPECT_TRUE(queue.accepts(65792));
  EXPECT_TRUE(queue.accepts_dump_part(33024));
  push(queue, "x");
  EXPECT_FALSE(queue.accepts(65792));
  EXPECT_FALSE(queue.accepts_dump_part(33024));
}

TEST(ReceiveQueue, LetsADumpPartStayStrictlyBelowTheLimit) {
  ReceiveQueue queue(linux_6_18);
  queue.set_limit(832 + 4352);
  push(queue, "x");
  EXPECT_TRUE(queue.accepts(4352));
  EXPECT_FALSE(queue.accepts_dump_part(4352));
  queue.set_limit(832 + 4352 + 1);
  EXPECT_TRUE(queue.accepts_dump_part(4352));
}

TEST(ReceiveQueue, StaysCongestedUntilEmptyAndReportsItOnce) {
  ReceiveQueue queue(linux_6_18);
  push(queue, "a");
  push(queue, "b");
  queue.overrun();
  queue.overrun();
  EXPECT_EQ(queue.drops(), 2U);
  EXPECT_EQ(queue.error(), ENOBUFS);
  EXPECT_EQ(queue.take_error(), ENOBUFS);
  EXPECT_EQ(queue.take_error(), 0);
  queue.pop();
  queue.relieve();
  EXPECT_FALSE(queue.accepts(832));
  queue.pop();
  queue.relieve();
  EXPECT_TRUE(queue.accepts(832));
}

TEST(ReceiveQueue, DropsSilentlyIfAskedTo) {
  ReceiveQueue queue(linux_6_18);
  push(queue, "a");
  queue.overrun();
  queue.set_no_enobufs(true);
  EXPECT_EQ(queue.take_error(), ENOBUFS);
  EXPECT_TRUE(queue.accepts(832));
  queue.overrun();
  EXPECT_EQ(queue.error(), 0);
  EXPECT_TRUE(queue.accepts(832));
  EXPECT_EQ(queue.drops(), 2U);
}

}  // namespace
}  // namespace cttimeout::test
