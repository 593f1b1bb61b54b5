// Socket options: what can be set, what is read back.
#include <sys/socket.h>

#include <cerrno>

#include "conformance.h"

namespace cttimeout::test {
namespace {

class SocketOption : public Conformance {
 protected:
  SyscallResult<void> set(int option, const Bytes& value, int level = level_netlink) {
    return talker().socket().set_option(level, option, value);
  }

  // The bytes read back into `size` bytes of room.
  SyscallResult<Bytes> get(int option, std::size_t size = 4, int level = level_netlink) {
    Bytes value(size);
    const auto length = talker().socket().get_option(level, option, value);
    if (!length) return tl::unexpected(length.error());
    value.resize(*length);
    return value;
  }
};

constexpr int switches[] = {option_pktinfo, option_broadcast_error, option_no_enobufs,
                            option_cap_ack, option_ext_ack,         option_strict_check};

TEST_F(SocketOption, IsOffAtFirst) {  // K-SOCK-11
  for (const int option : switches) EXPECT_EQ(get(option), host32(0)) << option;
}

TEST_F(SocketOption, ListenAllNsidIsReadOnceKernelsLearnedTo) {  // K-SOCK-11
  const auto at_first = get(option_listen_all_nsid);
  EXPECT_TRUE(set(option_listen_all_nsid, host32(7)));
  if (lacks(at_first != tl::unexpected(ENOPROTOOPT), "reading NETLINK_LISTEN_ALL_NSID")) return;
  EXPECT_EQ(at_first, host32(0));
  EXPECT_EQ(get(option_listen_all_nsid), host32(1));
}

TEST_F(SocketOption, AnyNonZeroSwitchesOn) {  // K-SOCK-11
  for (const int option : switches) {
    EXPECT_TRUE(set(option, host32(0xfffffffb))) << option;
    EXPECT_EQ(get(option), host32(1)) << option;
    EXPECT_TRUE(set(option, host32(0))) << option;
    EXPECT_EQ(get(option), host32(0)) << option;
  }
}

TEST_F(SocketOption, ShortValueCountsAsZero) {  // K-SOCK-11
  EXPECT_TRUE(set(option_cap_ack, host32(1)));
  EXPECT_TRUE(set(option_cap_ack, byte(1)));
  EXPECT_EQ(get(option_cap_ack), host32(0));
}

TEST_F(SocketOption, LongValueUsesItsFirstFourBytes) {  // K-SOCK-11
  EXPECT_TRUE(set(option_cap_ack, hex("0100000000000000")));
  EXPECT_EQ(get(option_cap_ack, 8), host32(1));
}

TEST_F(SocketOption, NeedsFourBytesToBeRead) {  // K-SOCK-11
  EXPECT_EQ(get(option_cap_ack, 3), tl::unexpected(EINVAL));
}

TEST_F(SocketOption, UnknownOneIsRefused) {  // K-SOCK-11
  EXPECT_EQ(set(99, host32(1)), tl::unexpected(ENOPROTOOPT));
  EXPECT_EQ(get(99), tl::unexpected(ENOPROTOOPT));
  EXPECT_EQ(set(option_cap_ack, host32(1), 6), tl::unexpected(ENOPROTOOPT));
  EXPECT_EQ(get(option_cap_ack, 4, 6), tl::unexpected(ENOPROTOOPT));
}

TEST_F(SocketOption, HasMembershipsInGroups1To32) {  // K-SOCK-11
  EXPECT_EQ(get(option_list_memberships, 64), Bytes{});
  EXPECT_EQ(set(option_add_membership, host32(0)), tl::unexpected(EINVAL));
  EXPECT_EQ(set(option_add_membership, host32(33)), tl::unexpected(EINVAL));
  EXPECT_TRUE(set(option_add_membership, host32(1)));
  EXPECT_TRUE(set(option_add_membership, host32(32)));
  EXPECT_EQ(get(option_list_memberships, 64), host32(0x80000001));
  EXPECT_EQ(talker().socket().name().groups, 0x80000001U);
}

TEST_F(SocketOption, ReceiveBufferIsDoubledAndHasAMinimum) {  // K-MEM-1
  EXPECT_EQ(get(SO_RCVBUF, 4, SOL_SOCKET), host32(212992));
  EXPECT_TRUE(set(SO_RCVBUF, host32(8192), SOL_SOCKET));
  EXPECT_EQ(get(SO_RCVBUF, 4, SOL_SOCKET), host32(16384));
  EXPECT_TRUE(set(SO_RCVBUF, host32(1), SOL_SOCKET));
  EXPECT_EQ(get(SO_RCVBUF, 4, SOL_SOCKET), host32(2304));
}

TEST_F(SocketOption, SendBufferIsDoubledAndHasAMinimum) {  // K-SOCK-9
  EXPECT_EQ(get(SO_SNDBUF, 4, SOL_SOCKET), host32(212992));
  EXPECT_TRUE(set(SO_SNDBUF, host32(8192), SOL_SOCKET));
  EXPECT_EQ(get(SO_SNDBUF, 4, SOL_SOCKET), host32(16384));
  EXPECT_TRUE(set(SO_SNDBUF, host32(1), SOL_SOCKET));
  EXPECT_EQ(get(SO_SNDBUF, 4, SOL_SOCKET), host32(4608));
}

TEST_F(SocketOption, OfTheSocketLevelNeedsFourBytes) {
  EXPECT_EQ(set(SO_RCVBUF, byte(1), SOL_SOCKET), tl::unexpected(EINVAL));
}

TEST_F(SocketOption, UnknownOneOfTheSocketLevelIsRefused) {
  EXPECT_EQ(set(9999, host32(1), SOL_SOCKET), tl::unexpected(ENOPROTOOPT));
  EXPECT_EQ(get(9999, 4, SOL_SOCKET), tl::unexpected(ENOPROTOOPT));
}

TEST_F(SocketOption, CredentialsAreOffAtFirst) {  // K-SOCK-20
  EXPECT_EQ(get(SO_PASSCRED, 4, SOL_SOCKET), host32(0));
  EXPECT_TRUE(set(SO_PASSCRED, host32(1), SOL_SOCKET));
  EXPECT_EQ(get(SO_PASSCRED, 4, SOL_SOCKET), host32(1));
}

TEST_F(SocketOption, MembershipsEndOneByOne) {  // K-SOCK-11
  EXPECT_TRUE(set(option_add_membership, host32(1)));
  EXPECT_TRUE(set(option_add_membership, host32(2)));
  EXPECT_TRUE(set(2, host32(1)));  // NETLINK_DROP_MEMBERSHIP
  EXPECT_EQ(talker().socket().name().groups, 2U);
}

}  // namespace
}  // namespace cttimeout::test
