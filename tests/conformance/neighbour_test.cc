// Neighbours: what sockets of the same namespace send to each other past the kernel.
#include <sys/socket.h>

#include <cerrno>

#include "accounting.h"
#include "conformance.h"

namespace cttimeout::test {
namespace {

class Neighbour : public Conformance {
 protected:
  // Sends past the kernel.
  SyscallResult<std::size_t> pass(const Bytes& datagram, NetlinkAddress to) {
    return talker().socket().send(datagram, to);
  }

  // That datagram, sent by talker() to that group.
  Reply heard(const Bytes& datagram, std::uint32_t groups) {
    Reply reply = whole(datagram);
    reply.sender = {.port_id = talker().port_id(), .groups = groups};
    return reply;
  }

  Talker listener(std::uint32_t group) {
    Talker listener(ground());
    EXPECT_TRUE(listener.socket().set_option(level_netlink, option_add_membership, host32(group)));
    return listener;
  }

  const Bytes note_ = hex("01020304 05");
};

TEST_F(Neighbour, HearsWhatGoesToItsGroup) {  // K-SOCK-4
  Talker member = listener(1);
  Talker stranger = listener(2);
  EXPECT_EQ(pass(note_, {.groups = 1}), note_.size());
  EXPECT_EQ(member.receive(), heard(note_, 1));
  EXPECT_EQ(stranger.receive(), failed(EAGAIN));
}

TEST_F(Neighbour, OnlyTheLowestGroupOfAnAddressCounts) {
  Talker second = listener(2);
  Talker third = listener(3);
  EXPECT_EQ(pass(note_, {.groups = 0b110}), note_.size());
  EXPECT_EQ(second.receive(), heard(note_, 0b10));
  EXPECT_EQ(third.receive(), failed(EAGAIN));
}

TEST_F(Neighbour, SenderDoesNotHearItself) {
  EXPECT_TRUE(talker().socket().set_option(level_netlink, option_add_membership, host32(1)));
  EXPECT_EQ(pass(note_, {.groups = 1}), note_.size());
  EXPECT_EQ(talker().receive(), failed(EAGAIN));
}

TEST_F(Neighbour, StopsListeningWhenItLeavesTheGroup) {
  Talker member = listener(1);
  EXPECT_TRUE(member.socket().set_option(level_netlink, option_drop_membership, host32(1)));
  EXPECT_EQ(pass(note_, {.groups = 1}), note_.size());
  EXPECT_EQ(member.receive(), failed(EAGAIN));
}

TEST_F(Neighbour, ThatIsConnectedHearsItsPeerOnly) {
  Talker connected(ground());
  EXPECT_TRUE(connected.socket().connect({.port_id = 777}));
  EXPECT_EQ(pass(note_, {.port_id = connected.port_id()}), tl::unexpected(ECONNREFUSED));
  EXPECT_TRUE(connected.socket().connect({.port_id = talker().port_id()}));
  EXPECT_EQ(pass(note_, {.port_id = connected.port_id()}), note_.size());
  EXPECT_EQ(connected.receive(), heard(note_, 0));
}

TEST_F(Neighbour, WithoutRoomMakesTheSenderWait) {
  Talker full(ground());
  full.shrink_receive_buffer();
  const Accounting accounting(ground());
  for (std::size_t i = 0; i < accounting.held(); ++i) {
    EXPECT_EQ(pass(note_, {.port_id = full.port_id()}), note_.size());
  }
  EXPECT_EQ(pass(note_, {.port_id = full.port_id()}), tl::unexpected(EAGAIN));
  EXPECT_EQ(full.memory(), (SocketMemory{.used = accounting.held() * accounting.small()}));
}

TEST_F(Neighbour, WithoutRoomMissesWhatGoesToItsGroup) {
  Talker full = listener(1);
  full.shrink_receive_buffer();
  const Accounting accounting(ground());
  const std::size_t held = accounting.held();
  for (std::size_t i = 0; i <= held; ++i) EXPECT_EQ(pass(note_, {.groups = 1}), note_.size());
  EXPECT_EQ(full.memory(), (SocketMemory{.used = held * accounting.small(), .drops = 1}));
  EXPECT_EQ(full.receive(), failed(ENOBUFS));
  EXPECT_EQ(full.receive(), heard(note_, 1));
}

TEST_F(Neighbour, IsChargedForWhatItHears) {
  Talker other(ground());
  const Accounting accounting(ground());
  const std::size_t small = accounting.small();
  const std::size_t room = accounting.small_room();
  struct Row {
    std::size_t size;
    std::size_t charge;
  };
  // Beyond a page, memory is not rounded up to a power of two.
  const Row rows[] = {{1, small},   {room, small}, {room + 1, 1280}, {3776, 4352},
                      {3777, 4416}, {4096, 4672},  {10000, 10624}};
  for (const Row& row : rows) {
    EXPECT_EQ(pass(zeros(row.size), {.port_id = other.port_id()}), row.size);
    EXPECT_EQ(other.memory().used, row.charge) << row.size;
    EXPECT_EQ(other.receive().bytes.size(), row.size);
  }
}

}  // namespace
}  // namespace cttimeout::test
