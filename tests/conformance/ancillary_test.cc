// Ancillary data: what a receive tells beside the datagram, if the socket asked for it.
#include <sys/socket.h>

#include "conformance.h"

namespace cttimeout::test {
namespace {

constexpr int level_netlink = 270;
constexpr int option_pktinfo = 3;
constexpr int option_list_memberships = 9;

class Ancillary : public Conformance {
 protected:
  void switch_on(Talker& talker, int level, int option) {
    EXPECT_TRUE(talker.socket().set_option(level, option, host32(1)));
  }
  /// The next datagram, which must be there.
  ReceivedDatagram receive(Talker& talker) {
    Bytes buffer(ample);
    return talker.socket().receive(buffer).value();
  }
  void send(Talker& talker, NetlinkAddress to) {
    EXPECT_TRUE(talker.socket().send(get_policy("x").bytes(), to));
  }
};

TEST_F(Ancillary, IsNotGivenUnasked) {  // K-SOCK-10, K-SOCK-20
  send(talker(), kernel);
  const ReceivedDatagram received = receive(talker());
  EXPECT_EQ(received.group, std::nullopt);
  EXPECT_EQ(received.credentials, std::nullopt);
}

TEST_F(Ancillary, TellsThatTheKernelAnswersOutsideOfGroups) {  // K-SOCK-10
  switch_on(talker(), level_netlink, option_pktinfo);
  send(talker(), kernel);
  EXPECT_EQ(receive(talker()).group, 0U);
}

TEST_F(Ancillary, TellsTheGroupThatWasSentTo) {  // K-SOCK-10, K-SOCK-4
  Talker member(ground());
  EXPECT_TRUE(member.socket().set_option(level_netlink, 1, host32(5)));
  switch_on(member, level_netlink, option_pktinfo);
  send(talker(), {.port_id = 0, .groups = 0x30});  // groups 5 and 6: the lowest counts
  const ReceivedDatagram received = receive(member);
  EXPECT_EQ(received.group, 5U);
  EXPECT_EQ(received.sender, (NetlinkAddress{.port_id = talker().port_id(), .groups = 0x10}));
  EXPECT_EQ(receive(talker()).sender, kernel);  // the kernel had it, too
}

TEST_F(Ancillary, TellsThatTheKernelIsNobody) {  // K-SOCK-20
  switch_on(talker(), SOL_SOCKET, SO_PASSCRED);
  send(talker(), kernel);
  EXPECT_EQ(receive(talker()).credentials, Credentials{});
}

TEST_F(Ancillary, TellsTheProcessOfAnotherSocket) {  // K-SOCK-20
  Talker other(ground());
  switch_on(other, SOL_SOCKET, SO_PASSCRED);
  send(talker(), {.port_id = other.port_id()});
  const ReceivedDatagram received = receive(other);
  ASSERT_TRUE(received.credentials);
  EXPECT_EQ(received.credentials->process_id, ground().process_id());
}

TEST_F(Ancillary, MembershipsTellTheirSizeWithoutRoom) {  // K-SOCK-11
  EXPECT_TRUE(talker().socket().set_option(level_netlink, 1, host32(5)));
  Bytes none;
  EXPECT_EQ(talker().socket().get_option(level_netlink, option_list_memberships, none), 4U);
}

}  // namespace
}  // namespace cttimeout::test
