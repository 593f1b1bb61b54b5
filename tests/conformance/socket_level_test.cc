// Options at SOL_SOCKET: what every socket has, and what a netlink socket makes of it.
#include <linux/filter.h>  // BPF_MAXINSNS
#include <sys/socket.h>

#include <bit>
#include <cerrno>
#include <limits>
#include <string>

#include "conformance.h"

namespace cttimeout::test {
namespace {

// Newer than the headers that this is compiled with may be.
constexpr int option_passrights = 83;

class SocketLevel : public Conformance {
 protected:
  [[nodiscard]] int set(int option, const Bytes& value) {
    const auto result = talker().socket().set_option(SOL_SOCKET, option, value);
    return result ? 0 : result.error();
  }
  [[nodiscard]] int set(int option, std::uint32_t number) { return set(option, host32(number)); }

  // The bytes read back into `size` bytes of room.
  SyscallResult<Bytes> get(int option, std::size_t size = 4) {
    Bytes value(size);
    const auto length = talker().socket().get_option(SOL_SOCKET, option, value);
    if (!length) return tl::unexpected(length.error());
    value.resize(*length);
    return value;
  }

  // A kernel knows all that the tables tell once it says which families SO_PASSRIGHTS is for.
  [[nodiscard]] bool is_recent() { return get(option_passrights) == tl::unexpected(EOPNOTSUPP); }
};

Bytes pair(std::uint32_t first, std::uint32_t second) {
  return join({host32(first), host32(second)});
}

Bytes host64(std::uint64_t value) {
  const auto low = static_cast<std::uint32_t>(value);
  const auto high = static_cast<std::uint32_t>(value >> 32);
  return std::endian::native == std::endian::little ? pair(low, high) : pair(high, low);
}

Bytes pair64(std::uint64_t first, std::uint64_t second) {
  return join({host64(first), host64(second)});
}

constexpr int switches[] = {
    SO_REUSEADDR, SO_DONTROUTE, SO_BROADCAST, SO_KEEPALIVE,   SO_OOBINLINE, SO_NO_CHECK,
    SO_PASSCRED,  SO_PASSSEC,   SO_RXQ_OVFL,  SO_WIFI_STATUS, SO_NOFCS,     SO_SELECT_ERR_QUEUE,
};

TEST_F(SocketLevel, SwitchIsOneForAnythingButZero) {  // K-SOCK-23
  for (const int option : switches) {
    SCOPED_TRACE(option);
    EXPECT_EQ(get(option), host32(0));
    EXPECT_EQ(set(option, 0xfffffffb), 0);
    EXPECT_EQ(get(option), host32(1));
    EXPECT_EQ(set(option, 0), 0);
    EXPECT_EQ(get(option), host32(0));
  }
}

TEST_F(SocketLevel, ValueIsCutToTheRoom) {  // K-SOCK-23
  EXPECT_EQ(set(SO_PRIORITY, 0x00000006), 0);
  EXPECT_EQ(get(SO_PRIORITY, 0), Bytes{});
  EXPECT_EQ(get(SO_PRIORITY, 3), hex("060000"));
  EXPECT_EQ(get(SO_PRIORITY, 16), host32(6));
  EXPECT_EQ(get(SO_LINGER, 5), hex("0000000000"));
  EXPECT_EQ(get(SO_RCVTIMEO, 9), hex("000000000000000000"));
}

TEST_F(SocketLevel, NeedsFourBytesWhetherItKnowsTheOptionOrNot) {  // K-SOCK-23
  for (const int option : {SO_KEEPALIVE, SO_TYPE, SO_ATTACH_FILTER, SO_DETACH_FILTER, 9999}) {
    EXPECT_EQ(set(option, hex("010000")), EINVAL) << option;
    EXPECT_EQ(set(option, Bytes{}), EINVAL) << option;
  }
  EXPECT_EQ(set(SO_KEEPALIVE, hex("0100000000ff")), 0);
  EXPECT_EQ(get(SO_KEEPALIVE), host32(1));
}

// What is read at first, and what becomes of a number that is set.
struct Number {
  int option;
  std::uint32_t at_first;
  std::uint32_t asked;
  int error;
  std::uint32_t becomes;
  int older_error = error;  // of kernels before 6.12 or 6.1
};

constexpr Number numbers[] = {
    {SO_PRIORITY, 0, 6, 0, 6},
    {SO_RCVLOWAT, 1, 0, 0, 1},
    {SO_RCVLOWAT, 1, 300, 0, 300},
    {SO_RCVLOWAT, 1, 0xffffffff, 0, 0x7fffffff},
    {SO_BSDCOMPAT, 0, 1, 0, 0},
    {SO_REUSEPORT, 0, 0, 0, 0},
    {SO_BUSY_POLL, 0, 0x80000000, EINVAL, 0, EPERM},
    {SO_INCOMING_CPU, 0xffffffff, 0x80000000, 0, 0x80000000},
    {SO_BINDTOIFINDEX, 0, 1, 0, 1},
    {SO_BINDTOIFINDEX, 0, 0xffffffff, EINVAL, 0},
    {SO_LOCK_FILTER, 0, 0, 0, 0},
    {SO_LOCK_FILTER, 0, 7, 0, 1},
    // These only tell.
    {SO_TYPE, SOCK_RAW, 3, ENOPROTOOPT, SOCK_RAW},
    {SO_ERROR, 0, 1, ENOPROTOOPT, 0},
    {SO_SNDLOWAT, 1, 2, ENOPROTOOPT, 1},
    {SO_ACCEPTCONN, 0, 1, ENOPROTOOPT, 0},
    {SO_PROTOCOL, 12, 12, ENOPROTOOPT, 12},
    {SO_DOMAIN, AF_NETLINK, 16, ENOPROTOOPT, AF_NETLINK},
    {SO_BPF_EXTENSIONS, 64, 1, ENOPROTOOPT, 64},
    {SO_INCOMING_NAPI_ID, 0, 1, ENOPROTOOPT, 0},
    {SO_ZEROCOPY, 0, 1, EOPNOTSUPP, 0, 524},
};

TEST_F(SocketLevel, NumberIsKeptWithinItsRange) {  // K-SOCK-23
  for (const Number& row : numbers) {
    SCOPED_TRACE("option " + std::to_string(row.option) + " to " + std::to_string(row.asked));
    const auto socket = ground().socket();
    Bytes value(4);
    EXPECT_EQ(socket->get_option(SOL_SOCKET, row.option, value), 4U);
    EXPECT_EQ(value, host32(row.at_first));
    const auto result = socket->set_option(SOL_SOCKET, row.option, host32(row.asked));
    const int error = result ? 0 : result.error();
    EXPECT_TRUE(error == row.error || error == row.older_error) << error;
    EXPECT_EQ(socket->get_option(SOL_SOCKET, row.option, value), 4U);
    EXPECT_EQ(value, host32(row.becomes));
  }
}

// Options that cannot be read, and what setting them to 1 says.
struct Unread {
  int option;
  int read_error;
  int error;
};

constexpr Unread unread[] = {
    {0, ENOPROTOOPT, ENOPROTOOPT},
    {-1, ENOPROTOOPT, ENOPROTOOPT},
    {22, ENOPROTOOPT, ENOPROTOOPT},
    {SO_PEERSEC, ENOPROTOOPT, ENOPROTOOPT},
    {SO_DETACH_FILTER, ENOPROTOOPT, ENOENT},
    {SO_PEEK_OFF, EOPNOTSUPP, EOPNOTSUPP},
    {SO_CNX_ADVICE, ENOPROTOOPT, 0},
    {SO_PEERGROUPS, ENODATA, ENOPROTOOPT},
    {SO_ATTACH_REUSEPORT_CBPF, ENOPROTOOPT, EINVAL},
    {54, ENOPROTOOPT, ENOPROTOOPT},  // SCM_TIMESTAMPING_OPT_STATS
    {9999, ENOPROTOOPT, ENOPROTOOPT},
};

TEST_F(SocketLevel, SomeCannotBeRead) {  // K-SOCK-23
  for (const Unread& row : unread) {
    EXPECT_EQ(get(row.option, 16), tl::unexpected(row.read_error)) << row.option;
    EXPECT_EQ(set(row.option, 1), row.error) << row.option;
  }
}

constexpr Unread recent[] = {
    {68, ENOPROTOOPT, EINVAL},       // SO_DETACH_REUSEPORT_BPF
    {74, EOPNOTSUPP, EOPNOTSUPP},    // SO_TXREHASH
    {76, EOPNOTSUPP, EOPNOTSUPP},    // SO_PASSPIDFD
    {77, ENODATA, ENOPROTOOPT},      // SO_PEERPIDFD
    {78, ENOPROTOOPT, ENOPROTOOPT},  // SCM_DEVMEM_LINEAR
    {80, ENOPROTOOPT, EBADF},        // SO_DEVMEM_DONTNEED
    {81, ENOPROTOOPT, ENOPROTOOPT},  // SCM_TS_OPT_ID
    {83, EOPNOTSUPP, EOPNOTSUPP},    // SO_PASSRIGHTS
};

TEST_F(SocketLevel, RecentOnesSayWhatTheyAreNotFor) {  // K-SOCK-23
  if (lacks(is_recent(), "SO_PASSRIGHTS")) return;
  for (const Unread& row : recent) {
    EXPECT_EQ(get(row.option, 16), tl::unexpected(row.read_error)) << row.option;
    EXPECT_EQ(set(row.option, 1), row.error) << row.option;
  }
  EXPECT_EQ(set(SO_REUSEPORT, 1), EOPNOTSUPP);
  EXPECT_EQ(get(73), host32(0));  // SO_RESERVE_MEM
  EXPECT_EQ(set(73, 0), EOPNOTSUPP);
  EXPECT_EQ(set(73, 0xffffffff), EINVAL);
  for (const int option : {75, 82}) {  // SO_RCVMARK, SO_RCVPRIORITY
    EXPECT_EQ(set(option, 7), 0) << option;
    EXPECT_EQ(get(option), host32(1)) << option;
  }
}

TEST_F(SocketLevel, BufferThatWasSetIsLocked) {  // K-SOCK-23
  constexpr int buffer_lock = 72;
  if (lacks(is_recent(), "SO_PASSRIGHTS")) return;
  EXPECT_EQ(get(buffer_lock), host32(0));
  EXPECT_EQ(set(SO_RCVBUF, 8192), 0);
  EXPECT_EQ(get(buffer_lock), host32(2));
  EXPECT_EQ(set(SO_SNDBUF, 8192), 0);
  EXPECT_EQ(get(buffer_lock), host32(3));
  EXPECT_EQ(set(buffer_lock, 4), EINVAL);
  EXPECT_EQ(set(buffer_lock, 0), 0);
  EXPECT_EQ(get(buffer_lock), host32(0));
}

TEST_F(SocketLevel, LingersForSecondsWhileSwitchedOn) {  // K-SOCK-23
  EXPECT_EQ(get(SO_LINGER, 16), pair(0, 0));
  EXPECT_EQ(set(SO_LINGER, host32(1)), EINVAL);
  EXPECT_EQ(set(SO_LINGER, pair(2, 7)), 0);
  EXPECT_EQ(get(SO_LINGER, 16), pair(1, 7));
  EXPECT_EQ(set(SO_LINGER, pair(0, 3)), 0);
  EXPECT_EQ(get(SO_LINGER, 16), pair(0, 7));
  EXPECT_EQ(set(SO_LINGER, pair(1, 0xffffffff)), 0);
  // As long as there is, or a product of 32 bits.
  const std::uint32_t hz = ground().hz();
  const auto longest = std::numeric_limits<std::int64_t>::max() / hz;
  const auto read = get(SO_LINGER, 16);
  EXPECT_TRUE(read == pair(1, static_cast<std::uint32_t>(longest)) ||
              read == pair(1, 0xffffffff * hz / hz));
}

TEST_F(SocketLevel, TimeLimitIsRoundedUpToTicks) {  // K-SOCK-23
  if (lacks(ground().hz() == 250, "250 ticks a second")) return;
  for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO, SO_RCVTIMEO_NEW, SO_SNDTIMEO_NEW}) {
    EXPECT_EQ(get(option, 24), pair64(0, 0));
    EXPECT_EQ(set(option, pair64(3, 1)), 0);
    EXPECT_EQ(get(option, 24), pair64(3, 4000));
    EXPECT_EQ(set(option, pair64(1, 999'999)), 0);
    EXPECT_EQ(get(option, 24), pair64(2, 0));
    EXPECT_EQ(set(option, pair64(0, 0)), 0);
    EXPECT_EQ(get(option, 24), pair64(0, 0));
  }
}

TEST_F(SocketLevel, TimeLimitIsJudged) {  // K-SOCK-23
  EXPECT_EQ(set(SO_RCVTIMEO, host64(5)), EINVAL);
  EXPECT_EQ(set(SO_RCVTIMEO, pair64(5, 0)), 0);
  EXPECT_EQ(set(SO_RCVTIMEO, pair64(1, 1'000'000)), EDOM);
  EXPECT_EQ(set(SO_RCVTIMEO, pair64(1, ~std::uint64_t{0})), EDOM);
  EXPECT_EQ(get(SO_RCVTIMEO, 16), pair64(5, 0));
  EXPECT_EQ(get(SO_SNDTIMEO, 16), pair64(0, 0));
  EXPECT_EQ(set(SO_RCVTIMEO, pair64(10'000'000'000, 0)), 0);
  EXPECT_EQ(get(SO_RCVTIMEO, 16), pair64(10'000'000'000, 0));
  // Neither a negative one nor one beyond the end of time reads as what it is.
  EXPECT_EQ(set(SO_RCVTIMEO, pair64(~std::uint64_t{4}, 7)), 0);
  EXPECT_EQ(get(SO_RCVTIMEO, 16), pair64(0, 0));
  EXPECT_EQ(set(SO_RCVTIMEO, pair64(std::uint64_t{1} << 62, 0)), 0);
  EXPECT_EQ(get(SO_RCVTIMEO, 16), pair64(0, 0));
}

constexpr int stamps[] = {SO_TIMESTAMP_OLD, SO_TIMESTAMPNS_OLD, SO_TIMESTAMP_NEW,
                          SO_TIMESTAMPNS_NEW};

TEST_F(SocketLevel, TimeStampsAreOfTheKindAskedForLast) {  // K-SOCK-23
  for (const int asked : stamps) {
    EXPECT_EQ(set(asked, 7), 0);
    for (const int read : stamps) {
      const bool both_new = asked == SO_TIMESTAMPNS_NEW && read == SO_TIMESTAMP_NEW;
      EXPECT_EQ(get(read), host32(read == asked || both_new ? 1 : 0)) << asked << ", " << read;
    }
  }
  EXPECT_EQ(set(SO_TIMESTAMP_OLD, 0), 0);
  for (const int read : stamps) EXPECT_EQ(get(read), host32(0)) << read;
}

TEST_F(SocketLevel, TimeStampingTakesFlagsThatGoTogether) {  // K-SOCK-23
  if (lacks(is_recent(), "SO_PASSRIGHTS")) return;
  EXPECT_EQ(get(SO_TIMESTAMPING_OLD, 16), pair(0, 0));
  EXPECT_EQ(set(SO_TIMESTAMPING_OLD, 1 << 12), EINVAL);  // OPT_STATS without OPT_TSONLY
  EXPECT_EQ(set(SO_TIMESTAMPING_OLD, 3 << 11), 0);
  EXPECT_EQ(get(SO_TIMESTAMPING_OLD, 16), pair(3 << 11, 0));
  EXPECT_EQ(set(SO_TIMESTAMPING_OLD, 1 << 16), EINVAL);      // OPT_ID_TCP without OPT_ID
  EXPECT_EQ(set(SO_TIMESTAMPING_OLD, 1 << 15), EOPNOTSUPP);  // BIND_PHC
  EXPECT_EQ(set(SO_TIMESTAMPING_OLD, 1U << 31), EINVAL);
  EXPECT_EQ(get(SO_TIMESTAMPING_NEW, 16), pair(0, 0));
  EXPECT_EQ(set(SO_TIMESTAMPING_NEW, pair(0x18, 0)), 0);
  EXPECT_EQ(get(SO_TIMESTAMPING_NEW, 16), pair(0x18, 0));
  EXPECT_EQ(get(SO_TIMESTAMPING_OLD, 16), pair(0x18, 0));
}

TEST_F(SocketLevel, TransmitTimeIsOfAClock) {  // K-SOCK-23
  if (lacks(is_recent(), "SO_PASSRIGHTS")) return;
  EXPECT_EQ(get(SO_TXTIME, 16), pair(0, 0));
  EXPECT_EQ(set(SO_TXTIME, host32(1)), EINVAL);
  EXPECT_EQ(set(SO_TXTIME, pair(1, 4)), EINVAL);
  EXPECT_EQ(set(SO_TXTIME, pair(2, 0)), EINVAL);
  EXPECT_EQ(set(SO_TXTIME, pair(0, 0)), 0);  // CLOCK_REALTIME
  EXPECT_EQ(set(SO_TXTIME, pair(11, 3)), 0);
  EXPECT_EQ(get(SO_TXTIME, 16), pair(11, 3));
  ground().set_capable(false);
  EXPECT_EQ(set(SO_TXTIME, pair(11, 0)), EPERM);
  EXPECT_EQ(set(SO_TXTIME, pair(1, 0)), 0);
}

TEST_F(SocketLevel, PacingRateIsReadInEitherWidth) {  // K-SOCK-23
  EXPECT_EQ(get(SO_MAX_PACING_RATE, 8), host64(~std::uint64_t{0}));
  EXPECT_EQ(set(SO_MAX_PACING_RATE, host64(std::uint64_t{1} << 40)), 0);
  EXPECT_EQ(get(SO_MAX_PACING_RATE, 8), host64(std::uint64_t{1} << 40));
  EXPECT_EQ(get(SO_MAX_PACING_RATE, 7), host32(0xffffffff));
  EXPECT_EQ(set(SO_MAX_PACING_RATE, 5), 0);
  EXPECT_EQ(get(SO_MAX_PACING_RATE, 8), host64(5));
  EXPECT_EQ(set(SO_MAX_PACING_RATE, 0xffffffff), 0);
  EXPECT_EQ(get(SO_MAX_PACING_RATE, 8), host64(~std::uint64_t{0}));
}

/// A sock_fprog of so many instructions, which nobody reads where their number is wrong.
Bytes filter_of(std::uint32_t instructions) {
  return pair64(instructions, 8);
}

TEST_F(SocketLevel, LockedFilterStaysAsItIs) {  // K-SOCK-23
  EXPECT_EQ(get(SO_ATTACH_FILTER, 16), Bytes{});
  EXPECT_EQ(set(SO_ATTACH_FILTER, Bytes(15)), EINVAL);
  EXPECT_EQ(set(SO_ATTACH_FILTER, Bytes(16)), EINVAL);  // of no instructions
  EXPECT_EQ(set(SO_ATTACH_FILTER, filter_of(0)), EINVAL);
  EXPECT_EQ(set(SO_ATTACH_FILTER, filter_of(BPF_MAXINSNS + 1)), EINVAL);
  EXPECT_EQ(set(SO_ATTACH_BPF, 0xffffffff), EBADF);
  EXPECT_EQ(set(SO_ATTACH_BPF, Bytes(8)), EINVAL);
  EXPECT_EQ(set(SO_ATTACH_REUSEPORT_EBPF, 0xffffffff), EBADF);
  EXPECT_EQ(set(SO_LOCK_FILTER, 1), 0);
  EXPECT_EQ(set(SO_LOCK_FILTER, 1), 0);
  EXPECT_EQ(set(SO_LOCK_FILTER, 0), EPERM);
  EXPECT_EQ(set(SO_DETACH_FILTER, 0), EPERM);
  EXPECT_EQ(set(SO_ATTACH_FILTER, Bytes(16)), EPERM);
  EXPECT_EQ(set(SO_ATTACH_FILTER, Bytes(15)), EINVAL);
}

TEST_F(SocketLevel, DeviceIsBoundByNameOrNumber) {  // K-SOCK-23
  EXPECT_EQ(get(SO_BINDTODEVICE, 0), Bytes{});
  EXPECT_EQ(set(SO_BINDTODEVICE, hex("6c")), ENODEV);
  EXPECT_EQ(set(SO_BINDTODEVICE, hex("6c6f")), 0);  // lo
  EXPECT_EQ(get(SO_BINDTOIFINDEX), host32(1));
  EXPECT_EQ(get(SO_BINDTODEVICE, 15), tl::unexpected(EINVAL));
  EXPECT_EQ(get(SO_BINDTODEVICE, 16), hex("6c6f00"));
  EXPECT_EQ(set(SO_BINDTODEVICE, Bytes{}), 0);
  EXPECT_EQ(get(SO_BINDTOIFINDEX), host32(0));
  EXPECT_EQ(set(SO_BINDTOIFINDEX, 9), 0);
  EXPECT_EQ(get(SO_BINDTODEVICE, 16), tl::unexpected(ENODEV));
  ground().set_capable(false);
  EXPECT_EQ(set(SO_BINDTOIFINDEX, 0xffffffff), EPERM);
  EXPECT_EQ(set(SO_BINDTODEVICE, Bytes{}), EPERM);
  EXPECT_EQ(set(SO_BINDTODEVICE, hex("6c")), ENODEV);
}

TEST_F(SocketLevel, PeerHasAnAddressAndNoCredentials) {  // K-SOCK-23
  EXPECT_EQ(get(SO_PEERCRED, 12), hex("00000000ffffffffffffffff"));
  EXPECT_EQ(get(SO_PEERNAME, 12), hex("100000000000000000000000"));
  EXPECT_TRUE(talker().socket().connect({.port_id = 77, .groups = 2}));
  EXPECT_EQ(get(SO_PEERNAME, 12), hex("100000004d00000002000000"));
  EXPECT_EQ(get(SO_PEERNAME, 4), hex("10000000"));
  EXPECT_EQ(get(SO_PEERNAME, 13), tl::unexpected(EINVAL));
}

TEST_F(SocketLevel, SomeNeedTheCapability) {  // K-SOCK-23
  ground().set_capable(false);
  EXPECT_EQ(set(SO_DEBUG, 1), EACCES);
  EXPECT_EQ(set(SO_DEBUG, 0), 0);
  EXPECT_EQ(set(SO_PRIORITY, 6), 0);
  EXPECT_EQ(set(SO_PRIORITY, 7), EPERM);
  EXPECT_EQ(set(SO_PRIORITY, 0xffffffff), EPERM);
  EXPECT_EQ(set(SO_MARK, 0), EPERM);
  EXPECT_EQ(set(SO_RCVBUFFORCE, 8192), EPERM);
  EXPECT_EQ(set(SO_SNDBUFFORCE, 8192), EPERM);
  ground().set_capable(true);
  EXPECT_EQ(set(SO_PRIORITY, 7), 0);
  EXPECT_EQ(set(SO_MARK, 0xffffffff), 0);
  EXPECT_EQ(get(SO_MARK), host32(0xffffffff));
}

}  // namespace
}  // namespace cttimeout::test
