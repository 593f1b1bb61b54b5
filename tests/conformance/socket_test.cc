// The socket itself: port ids, destinations and the errors of sending.
#include <sys/socket.h>

#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class Socket : public Conformance {
 protected:
  const Bytes get_x_ = get_policy("x");
};

TEST_F(Socket, HasNoPortIdUntilItIsBound) {  // K-SOCK-1
  const auto socket = ground().socket();
  EXPECT_EQ(socket->name(), NetlinkAddress{});
  EXPECT_EQ(socket->peer(), NetlinkAddress{});
}

TEST_F(Socket, FirstOneAutobindsToTheProcessId) {  // K-SOCK-1
  const auto first = ground().socket();
  EXPECT_EQ(first->send(get_x_, kernel), get_x_.size());
  EXPECT_EQ(first->name().port_id, ground().process_id());
  const auto second = ground().socket();
  EXPECT_TRUE(second->bind({}));
  EXPECT_GT(second->name().port_id, 0x80000000U);
  EXPECT_LE(second->name().port_id, 0xffffefffU);
}

TEST_F(Socket, GetsTheProcessIdAgainOnceItIsFree) {  // K-SOCK-1
  for (int round = 0; round < 2; ++round) {
    const auto socket = ground().socket();
    EXPECT_TRUE(socket->bind({}));
    EXPECT_EQ(socket->name().port_id, ground().process_id());
  }
}

TEST_F(Socket, BindsToAnyPortId) {  // K-SOCK-2
  for (const std::uint32_t port : {1U, 4242U, 0x80000000U, 0xffffffffU}) {
    const auto socket = ground().socket();
    EXPECT_TRUE(socket->bind({.port_id = port})) << port;
    EXPECT_EQ(socket->name(), NetlinkAddress{.port_id = port});
  }
}

TEST_F(Socket, RefusesPortIdInUseButShowsIt) {  // K-SOCK-2
  const auto first = ground().socket();
  const auto second = ground().socket();
  EXPECT_TRUE(first->bind({.port_id = 4242}));
  EXPECT_EQ(second->bind({.port_id = 4242}), tl::unexpected(EADDRINUSE));
  EXPECT_EQ(second->name().port_id, 4242U);
  EXPECT_TRUE(second->bind({.port_id = 4243}));
  EXPECT_EQ(second->name().port_id, 4243U);
}

TEST_F(Socket, BoundOneCannotBindElsewhere) {  // K-SOCK-2
  const auto socket = ground().socket();
  EXPECT_TRUE(socket->bind({.port_id = 4242}));
  EXPECT_TRUE(socket->bind({.port_id = 4242}));
  EXPECT_EQ(socket->bind({.port_id = 4243}), tl::unexpected(EINVAL));
  EXPECT_EQ(socket->bind({}), tl::unexpected(EINVAL));
}

TEST_F(Socket, SendsToTheKernelWithoutAddress) {  // K-SOCK-3
  EXPECT_EQ(talker().socket().send(get_x_), get_x_.size());
  EXPECT_TRUE(same_datagrams(talker().drain(), {failure(get_x_, ENOENT)}));
}

TEST_F(Socket, ConnectBindsAndSetsThePeer) {  // K-SOCK-3
  const auto socket = ground().socket();
  EXPECT_TRUE(socket->connect(kernel));
  EXPECT_EQ(socket->name().port_id, ground().process_id());
  EXPECT_EQ(socket->peer(), kernel);
  EXPECT_EQ(socket->send(get_x_), get_x_.size());
}

TEST_F(Socket, ConnectedElsewhereSendsThereWithoutAddress) {  // K-SOCK-3
  EXPECT_TRUE(talker().socket().connect({.port_id = 777}));
  EXPECT_EQ(talker().socket().peer(), NetlinkAddress{.port_id = 777});
  EXPECT_EQ(talker().socket().send(get_x_), tl::unexpected(ECONNREFUSED));
  const auto peer = ground().socket();
  EXPECT_TRUE(peer->bind({.port_id = 777}));
  EXPECT_EQ(talker().socket().send(get_x_), get_x_.size());
  Bytes buffer(64);
  const auto received = peer->receive(buffer);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->sender.port_id, talker().port_id());
}

TEST_F(Socket, UnusedPortIdRefusesConnection) {  // K-SOCK-4
  EXPECT_EQ(talker().socket().send(get_x_, NetlinkAddress{.port_id = 999999}),
            tl::unexpected(ECONNREFUSED));
  EXPECT_EQ(talker().receive(), failed(EAGAIN));
}

TEST_F(Socket, DeliversToAnotherSocketVerbatim) {  // K-SOCK-4
  Talker other(ground());
  const Bytes anything = hex("01020304 05");
  EXPECT_EQ(talker().socket().send(anything, NetlinkAddress{.port_id = other.port_id()}),
            anything.size());
  Reply expected = whole(anything);
  expected.sender.port_id = talker().port_id();
  EXPECT_EQ(other.receive(), expected);
  EXPECT_EQ(talker().receive(), failed(EAGAIN));
}

TEST_F(Socket, KernelAlsoAnswersWhatGoesToAGroup) {  // K-SOCK-4
  EXPECT_EQ(talker().socket().send(get_x_, NetlinkAddress{.groups = 1}), get_x_.size());
  EXPECT_TRUE(same_datagrams(talker().drain(), {failure(get_x_, ENOENT)}));
}

TEST_F(Socket, KernelAnswersFromPortIdZero) {  // K-SOCK-5
  talker().send(get_x_);
  EXPECT_EQ(talker().receive(), whole(failure(get_x_, ENOENT)));
}

TEST_F(Socket, RefusesToSendNothing) {  // K-SOCK-9
  EXPECT_EQ(talker().socket().send({}, kernel), tl::unexpected(ENODATA));
}

TEST_F(Socket, RefusesUrgentData) {  // K-SOCK-8, K-SOCK-9
  EXPECT_EQ(talker().socket().send(get_x_, kernel, MSG_OOB), tl::unexpected(EOPNOTSUPP));
  EXPECT_EQ(talker().receive(ample, MSG_OOB), failed(EOPNOTSUPP));
}

TEST_F(Socket, SendsAtMostItsSendBuffer) {  // K-SOCK-9
  Bytes size(4);
  EXPECT_EQ(talker().socket().get_option(SOL_SOCKET, SO_SNDBUF, size), 4U);
  EXPECT_EQ(size, host32(212992));
  const Bytes fits = join({get_x_, zeros(212960 - get_x_.size())});
  EXPECT_TRUE(answers(fits, {failure(get_x_, ENOENT)}));
  EXPECT_EQ(talker().socket().send(join({fits, zeros(1)}), kernel), tl::unexpected(EMSGSIZE));
}

TEST_F(Socket, AnswersBeforeSendReturns) {  // K-SOCK-17
  talker().send(get_x_);
  EXPECT_EQ(talker().receive(ample, MSG_DONTWAIT), whole(failure(get_x_, ENOENT)));
}

TEST_F(Socket, RepliesGoToTheRequesterOnly) {  // K-SOCK-14
  Talker other(ground());
  EXPECT_TRUE(accepts(new_policy("a", ipv4, icmp).ack()));
  EXPECT_EQ(other.receive(), failed(EAGAIN));
  EXPECT_TRUE(other.answers(get_policy("a"),
                            {policy_message({.name = "a", .protocol = icmp, .timeouts = {30}})}));
  EXPECT_EQ(talker().receive(), failed(EAGAIN));
}

TEST_F(Socket, ClosingDiscardsUnreadReplies) {  // K-SOCK-16
  for (int round = 0; round < 2; ++round) {
    const auto socket = ground().socket();
    EXPECT_TRUE(socket->bind({.port_id = 5555}));
    Bytes buffer(64);
    EXPECT_EQ(socket->receive(buffer), tl::unexpected(EAGAIN));
    EXPECT_EQ(socket->send(get_x_, kernel), get_x_.size());
  }
}

TEST_F(Socket, ConnectedElsewhereGetsDumpsButNoReplies) {  // K-SOCK-18
  create_policies(1);
  Talker connected(ground());
  EXPECT_TRUE(connected.socket().connect({.port_id = 777}));
  EXPECT_TRUE(connected.ignores(new_policy("a", ipv4, generic).ack()));
  EXPECT_TRUE(connected.ignores(get_policy("a")));
  EXPECT_TRUE(connected.ignores(delete_policy("a").ack()));
  EXPECT_TRUE(connected.answers(dump_policies(), {numbered_policy(0), done()}));
}

TEST_F(Socket, GroupMembersHearNothing) {  // K-SOCK-12
  const auto listener = ground().socket();
  EXPECT_TRUE(listener->bind({.groups = 0xffffffff}));
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp).with(flag_echo).ack()));
  EXPECT_TRUE(accepts(new_policy("a", ipv4, udp, {{1, 2}}).replace().with(flag_echo).ack()));
  EXPECT_TRUE(accepts(set_default(udp, {{1, 2}}).with(flag_echo).ack()));
  EXPECT_TRUE(accepts(delete_policy("a").with(flag_echo).ack()));
  Bytes buffer(64);
  EXPECT_EQ(listener->receive(buffer), tl::unexpected(EAGAIN));
}

}  // namespace
}  // namespace cttimeout::test
