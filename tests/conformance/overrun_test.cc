// Overruns: replies that do not fit into the receive buffer are dropped, and ENOBUFS tells so.
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "accounting.h"
#include "conformance.h"

namespace cttimeout::test {
namespace {

// The smallest buffer holds some small replies: `held_`, which the kernel's build decides.
class Overrun : public Conformance {
 protected:
  void begin() override {
    const Accounting accounting(ground());
    small_ = accounting.small();
    held_ = static_cast<std::uint32_t>(accounting.held());
    counts_new_ = accounting.counts_new();
    talker().shrink_receive_buffer();
  }

  static Message get_x(std::uint32_t sequence) { return get_policy("x").sequence(sequence); }
  static Reply refusal(std::uint32_t sequence) { return whole(failure(get_x(sequence), ENOENT)); }

  void send_requests(std::uint32_t first, std::uint32_t last) {
    for (std::uint32_t sequence = first; sequence <= last; ++sequence) {
      talker().send(get_x(sequence));
    }
  }
  void receive_refusals(std::uint32_t first, std::uint32_t last) {
    for (std::uint32_t sequence = first; sequence <= last; ++sequence) {
      EXPECT_EQ(talker().receive(), refusal(sequence));
    }
  }
  // A buffer full of small replies.
  SocketMemory full(std::size_t drops) const {
    return {.used = held_ * small_, .drops = drops, .dumping = false};
  }

  std::size_t small_ = 0;
  std::uint32_t held_ = 0;
  bool counts_new_ = false;
};

TEST_F(Overrun, DropsRepliesAndCountsThem) {  // K-MEM-2
  send_requests(1, held_);
  EXPECT_EQ(talker().memory(), full(0));
  send_requests(held_ + 1, held_ + 3);
  EXPECT_EQ(talker().memory(), full(3));
}

TEST_F(Overrun, IsReportedOnceBeforeTheQueue) {  // K-MEM-3
  send_requests(1, held_ + 3);
  EXPECT_EQ(talker().receive(), failed(ENOBUFS));
  receive_refusals(1, held_);
  EXPECT_EQ(talker().receive(), failed(EAGAIN));
}

TEST_F(Overrun, DropsEverythingUntilTheQueueIsEmpty) {  // K-MEM-3
  send_requests(1, held_ + 1);
  EXPECT_EQ(talker().receive(), failed(ENOBUFS));
  receive_refusals(1, 1);
  send_requests(98, 98);  // there is room again, yet it is lost
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = (held_ - 1) * small_, .drops = 2}));
  receive_refusals(2, held_);
  send_requests(99, 99);
  receive_refusals(99, 99);
}

TEST_F(Overrun, IsReportedAgainAfterTheQueueWasEmpty) {  // K-MEM-3
  for (int round = 0; round < 2; ++round) {
    send_requests(1, held_ + 1);
    EXPECT_EQ(talker().receive(), failed(ENOBUFS));
    receive_refusals(1, held_);
  }
}

TEST_F(Overrun, RequestsAreExecutedAllTheSame) {  // K-MEM-4
  send_requests(1, held_ + 1);
  talker().send(new_policy("a", ipv4, icmp).ack());
  Talker other(ground());
  EXPECT_TRUE(other.answers(get_policy("a"),
                            {policy_message({.name = "a", .protocol = icmp, .timeouts = {30}})}));
}

TEST_F(Overrun, OfAGetDropsItsErrorToo) {  // K-MEM-5
  Talker other(ground());
  EXPECT_TRUE(other.accepts(new_policy("a", ipv4, icmp).ack()));
  send_requests(1, held_ - 2);
  talker().send(get_policy("a").ack());
  EXPECT_EQ(talker().memory(), full(0));
  talker().send(get_policy("a").ack());
  EXPECT_EQ(talker().memory(), full(2));
}

TEST_F(Overrun, IsSilentWithNoEnobufs) {  // K-MEM-2
  talker().enable(option_no_enobufs);
  send_requests(1, held_ + 3);
  EXPECT_EQ(talker().memory(), full(3));
  receive_refusals(1, 1);
  send_requests(99, 99);  // and it does not stop what fits
  receive_refusals(2, held_);
  receive_refusals(99, 99);
  EXPECT_EQ(talker().receive(), failed(EAGAIN));
}

TEST_F(Overrun, EndsWhenNoEnobufsIsSet) {  // K-MEM-3
  send_requests(1, held_ + 1);
  EXPECT_EQ(talker().receive(), failed(ENOBUFS));
  receive_refusals(1, 1);
  talker().enable(option_no_enobufs);
  send_requests(99, 99);
  receive_refusals(2, held_);
  receive_refusals(99, 99);
}

TEST_F(Overrun, EmptyQueueTakesAReplyOfAnySize) {  // K-MEM-2
  const Bytes large = Message(type_get).attr(9, zeros(4000)).name("x");
  EXPECT_TRUE(refuses(large, ENOENT));
}

TEST_F(Overrun, PollAndSoErrorShowIt) {  // K-SOCK-19
  if (hides(&Views::poll_errors, "POLLERR")) return;
  send_requests(1, held_ + 1);
  EXPECT_EQ(talker().socket().poll(), POLLIN | POLLOUT | POLLERR);
  Bytes error(4);
  EXPECT_EQ(talker().socket().get_option(SOL_SOCKET, SO_ERROR, error), 4U);
  EXPECT_EQ(error, host32(ENOBUFS));
  EXPECT_EQ(talker().socket().get_option(SOL_SOCKET, SO_ERROR, error), 4U);
  EXPECT_EQ(error, host32(0));
  EXPECT_EQ(talker().socket().poll(), POLLIN | POLLOUT);
  receive_refusals(1, 1);
}

TEST_F(Overrun, BufferOfDefaultSizeHoldsAsManyAcksAsFit) {  // K-MEM-1
  constexpr std::size_t limit = 212992;
  const std::size_t held = limit / small_ + (counts_new_ ? 0 : 1);
  EXPECT_TRUE(talker().socket().set_option(SOL_SOCKET, SO_RCVBUF, host32(limit / 2)));
  const Bytes request = get_x(1);
  Bytes datagram;
  for (std::size_t i = 0; i < held + 1; ++i) datagram = join({datagram, request});
  talker().send(datagram);
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = held * small_, .drops = 1}));
}

TEST_F(Overrun, DumpThatDoesNotFitStaysPending) {  // K-MEM-6
  if (hides(&Views::socket_list, "a list of dumping sockets")) return;
  Talker other(ground());
  EXPECT_TRUE(other.accepts(new_policy("000", ipv4, generic).ack()));
  send_requests(1, held_ + 1);
  talker().send(dump_policies().sequence(100));
  SocketMemory memory = full(2);
  memory.dumping = true;
  EXPECT_EQ(talker().memory(), memory);
  talker().send(dump_policies().sequence(101));
  ++memory.drops;
  EXPECT_EQ(talker().memory(), memory);
  EXPECT_EQ(talker().receive(), failed(ENOBUFS));
  receive_refusals(1, held_ - 1);
  // Half of the buffer is free: it is tried again, and still does not fit if it must itself.
  if (counts_new_) {
    EXPECT_EQ(talker().receive(), failed(ENOBUFS));
  }
  receive_refusals(held_, held_);
  EXPECT_EQ(talker().receive(), whole(numbered_policy(0, 100)));
  EXPECT_EQ(talker().receive(), whole(done(100)));
  EXPECT_EQ(talker().receive(), failed(EAGAIN));
}

}  // namespace
}  // namespace cttimeout::test
