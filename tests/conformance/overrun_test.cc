// Overruns: replies that do not fit into the receive buffer are dropped, and ENOBUFS tells so.
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

// The smallest buffer holds two small replies: 2 * 832 of 2304 bytes.
class Overrun : public Conformance {
 protected:
  void begin() override { talker().shrink_receive_buffer(); }

  static Message get_x(std::uint32_t sequence) { return get_policy("x").sequence(sequence); }
  static Reply refusal(std::uint32_t sequence) { return whole(failure(get_x(sequence), ENOENT)); }

  void send_requests(std::uint32_t first, std::uint32_t last) {
    for (std::uint32_t sequence = first; sequence <= last; ++sequence) {
      talker().send(get_x(sequence));
    }
  }
};

TEST_F(Overrun, DropsRepliesAndCountsThem) {  // K-MEM-2
  send_requests(1, 2);
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 1664}));
  send_requests(3, 5);
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 1664, .drops = 3}));
}

TEST_F(Overrun, IsReportedOnceBeforeTheQueue) {  // K-MEM-3
  send_requests(1, 5);
  EXPECT_EQ(talker().receive(), failed(ENOBUFS));
  EXPECT_EQ(talker().receive(), refusal(1));
  EXPECT_EQ(talker().receive(), refusal(2));
  EXPECT_EQ(talker().receive(), failed(EAGAIN));
}

TEST_F(Overrun, DropsEverythingUntilTheQueueIsEmpty) {  // K-MEM-3
  send_requests(1, 3);
  EXPECT_EQ(talker().receive(), failed(ENOBUFS));
  EXPECT_EQ(talker().receive(), refusal(1));
  send_requests(4, 4);  // there is room again, yet it is lost
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 832, .drops = 2}));
  EXPECT_EQ(talker().receive(), refusal(2));
  send_requests(5, 5);
  EXPECT_EQ(talker().receive(), refusal(5));
}

TEST_F(Overrun, IsReportedAgainAfterTheQueueWasEmpty) {  // K-MEM-3
  for (int round = 0; round < 2; ++round) {
    send_requests(1, 3);
    EXPECT_EQ(talker().receive(), failed(ENOBUFS));
    EXPECT_EQ(talker().receive(), refusal(1));
    EXPECT_EQ(talker().receive(), refusal(2));
  }
}

TEST_F(Overrun, RequestsAreExecutedAllTheSame) {  // K-MEM-4
  send_requests(1, 3);
  talker().send(new_policy("a", ipv4, icmp).ack());
  Talker other(ground());
  EXPECT_TRUE(other.answers(get_policy("a"),
                            {policy_message({.name = "a", .protocol = icmp, .timeouts = {30}})}));
}

TEST_F(Overrun, OfAGetDropsItsErrorToo) {  // K-MEM-5
  Talker other(ground());
  EXPECT_TRUE(other.accepts(new_policy("a", ipv4, icmp).ack()));
  talker().send(get_policy("a").ack());
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 1664}));
  talker().send(get_policy("a").ack());
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 1664, .drops = 2}));
}

TEST_F(Overrun, IsSilentWithNoEnobufs) {  // K-MEM-2
  talker().enable(option_no_enobufs);
  send_requests(1, 5);
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 1664, .drops = 3}));
  EXPECT_EQ(talker().receive(), refusal(1));
  send_requests(6, 6);  // and it does not stop what fits
  EXPECT_EQ(talker().receive(), refusal(2));
  EXPECT_EQ(talker().receive(), refusal(6));
  EXPECT_EQ(talker().receive(), failed(EAGAIN));
}

TEST_F(Overrun, EndsWhenNoEnobufsIsSet) {  // K-MEM-3
  send_requests(1, 3);
  EXPECT_EQ(talker().receive(), failed(ENOBUFS));
  EXPECT_EQ(talker().receive(), refusal(1));
  talker().enable(option_no_enobufs);
  send_requests(4, 4);
  EXPECT_EQ(talker().receive(), refusal(2));
  EXPECT_EQ(talker().receive(), refusal(4));
}

TEST_F(Overrun, EmptyQueueTakesAReplyOfAnySize) {  // K-MEM-2
  const Bytes large = Message(type_get).attr(9, zeros(4000)).name("x");
  EXPECT_TRUE(refuses(large, ENOENT));
}

TEST_F(Overrun, PollAndSoErrorShowIt) {  // K-SOCK-19
  send_requests(1, 3);
  EXPECT_EQ(talker().socket().poll(), POLLIN | POLLOUT | POLLERR);
  Bytes error(4);
  EXPECT_EQ(talker().socket().get_option(SOL_SOCKET, SO_ERROR, error), 4U);
  EXPECT_EQ(error, host32(ENOBUFS));
  EXPECT_EQ(talker().socket().get_option(SOL_SOCKET, SO_ERROR, error), 4U);
  EXPECT_EQ(error, host32(0));
  EXPECT_EQ(talker().socket().poll(), POLLIN | POLLOUT);
  EXPECT_EQ(talker().receive(), refusal(1));
}

TEST_F(Overrun, BufferOfDefaultSizeHolds256Acks) {  // K-MEM-1
  EXPECT_TRUE(talker().socket().set_option(SOL_SOCKET, SO_RCVBUF, host32(212992 / 2)));
  const Bytes request = get_x(1);
  Bytes datagram;
  for (int i = 0; i < 257; ++i) datagram = join({datagram, request});
  talker().send(datagram);
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 256 * 832, .drops = 1}));
}

TEST_F(Overrun, DumpThatDoesNotFitStaysPending) {  // K-MEM-6
  Talker other(ground());
  EXPECT_TRUE(other.accepts(new_policy("000", ipv4, generic).ack()));
  send_requests(1, 3);
  talker().send(dump_policies().sequence(100));
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 1664, .drops = 2, .dumping = true}));
  talker().send(dump_policies().sequence(101));
  EXPECT_EQ(talker().memory(), (SocketMemory{.used = 1664, .drops = 3, .dumping = true}));
  EXPECT_EQ(talker().receive(), failed(ENOBUFS));
  EXPECT_EQ(talker().receive(), refusal(1));
  EXPECT_EQ(talker().receive(), failed(ENOBUFS));
  EXPECT_EQ(talker().receive(), refusal(2));
  EXPECT_EQ(talker().receive(), whole(numbered_policy(0, 100)));
  EXPECT_EQ(talker().receive(), whole(done(100)));
  EXPECT_EQ(talker().receive(), failed(EAGAIN));
}

}  // namespace
}  // namespace cttimeout::test
