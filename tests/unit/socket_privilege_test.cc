// Options that want CAP_NET_ADMIN in the first user namespace, where no test of the kernel is, and
// numbers that no two kernels have alike. What is expected was seen on Linux 6.18, as root.

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>

#include "cttimeout/fake_kernel.h"
#include "support/bytes.h"

namespace cttimeout::test {
namespace {

class SocketPrivilege : public testing::Test {
 protected:
  [[nodiscard]] int set(int option, std::uint32_t number) {
    const auto result = socket_->set_option(SOL_SOCKET, option, host32(number));
    return result ? 0 : result.error();
  }
  SyscallResult<Bytes> get(NetlinkSocket& socket, int option, std::size_t size) {
    Bytes value(size);
    const auto length = socket.get_option(SOL_SOCKET, option, value);
    if (!length) return tl::unexpected(length.error());
    value.resize(*length);
    return value;
  }
  SyscallResult<Bytes> get(int option, std::size_t size = 4) { return get(*socket_, option, size); }

  FakeKernel kernel_;
  const std::unique_ptr<NetlinkSocket> socket_ = kernel_.socket();
};

TEST_F(SocketPrivilege, ForcedBufferHasNoLimitButThatOfAnInt) {  // K-SOCK-23
  EXPECT_EQ(set(SO_RCVBUFFORCE, 1 << 20), 0);
  EXPECT_EQ(get(SO_RCVBUF), host32(1 << 21));
  EXPECT_EQ(set(SO_RCVBUFFORCE, 0x7fffffff), 0);
  EXPECT_EQ(get(SO_RCVBUF), host32(0x7ffffffe));
  EXPECT_EQ(set(SO_SNDBUFFORCE, 1 << 20), 0);
  EXPECT_EQ(get(SO_SNDBUF), host32(1 << 21));
  EXPECT_EQ(get(SO_RCVBUFFORCE), tl::unexpected(ENOPROTOOPT));
  EXPECT_EQ(get(SO_BUF_LOCK), host32(3));
}

TEST_F(SocketPrivilege, ForcedBufferOfLessThanNothingIsTheSmallest) {  // K-SOCK-23
  EXPECT_EQ(set(SO_RCVBUFFORCE, 0xffffffff), 0);
  EXPECT_EQ(get(SO_RCVBUF), host32(2304));
  EXPECT_EQ(set(SO_SNDBUFFORCE, 0xffffffff), 0);
  EXPECT_EQ(get(SO_SNDBUF), host32(4608));
}

TEST_F(SocketPrivilege, LargerSendBufferTakesLargerDatagrams) {
  EXPECT_EQ(set(SO_SNDBUFFORCE, 200000), 0);
  EXPECT_EQ(socket_->send(Bytes(400000 - 32)), 400000U - 32);
  EXPECT_EQ(socket_->send(Bytes(400000 - 31)), tl::unexpected(EMSGSIZE));
}

TEST_F(SocketPrivilege, DebuggingIsSwitchedOn) {  // K-SOCK-23
  EXPECT_EQ(set(SO_DEBUG, 7), 0);
  EXPECT_EQ(get(SO_DEBUG), host32(1));
}

TEST_F(SocketPrivilege, PollingHarderNeedsTheCapability) {  // K-SOCK-23
  EXPECT_EQ(set(SO_PREFER_BUSY_POLL, 3), 0);
  EXPECT_EQ(get(SO_PREFER_BUSY_POLL), host32(1));
  EXPECT_EQ(set(SO_BUSY_POLL_BUDGET, 65535), 0);
  EXPECT_EQ(set(SO_BUSY_POLL_BUDGET, 65536), EINVAL);
  kernel_.set_capable(false);
  EXPECT_EQ(set(SO_PREFER_BUSY_POLL, 1), EPERM);
  EXPECT_EQ(set(SO_BUSY_POLL_BUDGET, 65536), EPERM);
  EXPECT_EQ(set(SO_BUSY_POLL_BUDGET, 300), 0);
  EXPECT_EQ(set(SO_BUSY_POLL_BUDGET, 0xffffffff), EINVAL);
}

TEST_F(SocketPrivilege, CookieIsTheSocketsOwn) {  // K-SOCK-23
  const auto other = kernel_.socket();
  const auto cookie = get(SO_COOKIE, 16);
  ASSERT_EQ(cookie.map(&Bytes::size), 8U);
  EXPECT_EQ(get(SO_COOKIE, 8), cookie);
  EXPECT_NE(get(*other, SO_COOKIE, 8), cookie);
  EXPECT_EQ(get(SO_COOKIE, 7), tl::unexpected(EINVAL));
}

TEST_F(SocketPrivilege, SocketsOfANamespaceShareItsCookie) {  // K-SOCK-23
  FakeKernel elsewhere;
  const auto cookie = get(SO_NETNS_COOKIE, 8);
  ASSERT_EQ(cookie.map(&Bytes::size), 8U);
  EXPECT_EQ(get(*kernel_.socket(), SO_NETNS_COOKIE, 8), cookie);
  EXPECT_NE(get(*elsewhere.socket(), SO_NETNS_COOKIE, 8), cookie);
  EXPECT_EQ(get(SO_NETNS_COOKIE, 16), tl::unexpected(EINVAL));
}

TEST_F(SocketPrivilege, FilterIsRefusedRatherThanIgnored) {
  Bytes program = host32(1);  // one instruction, at an address
  program.resize(16, std::byte{1});
  const auto result = socket_->set_option(SOL_SOCKET, SO_ATTACH_FILTER, program);
  EXPECT_EQ(result, tl::unexpected(ENOPROTOOPT));
}

TEST_F(SocketPrivilege, ErrorThatIsSetIsReportedOnce) {
  socket_->set_error(EFAULT);
  Bytes buffer(100);
  EXPECT_EQ(socket_->receive(buffer), tl::unexpected(EFAULT));
  EXPECT_EQ(socket_->receive(buffer), tl::unexpected(EAGAIN));
}

TEST_F(SocketPrivilege, SenderIsWhomTheCallNames) {
  const auto other = kernel_.socket(77);
  ASSERT_TRUE(other->bind({}));
  ASSERT_TRUE(other->set_option(SOL_SOCKET, SO_PASSCRED, host32(1)));
  const Credentials claimed{.process_id = 1, .user_id = 2, .group_id = 3};
  socket_->set_sender(claimed);
  ASSERT_TRUE(socket_->send(Bytes(5), NetlinkAddress{.port_id = 77}));
  Bytes buffer(100);
  const auto received = other->receive(buffer);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->credentials, claimed);
}

TEST_F(SocketPrivilege, PreparedSendBindsAndSendsNothing) {
  EXPECT_EQ(socket_->prepare_send(0, std::nullopt, 0), tl::unexpected(ENODATA));
  EXPECT_EQ(socket_->name().port_id, 0U);
  EXPECT_EQ(socket_->prepare_send(212961, std::nullopt, 0), tl::unexpected(EMSGSIZE));
  EXPECT_NE(socket_->name().port_id, 0U);
  EXPECT_TRUE(socket_->prepare_send(212960, std::nullopt, 0));
  Bytes buffer(100);
  EXPECT_EQ(socket_->receive(buffer), tl::unexpected(EAGAIN));
}

// Options come with their kernels.
TEST(SocketOptionOf, OlderKernelIsUnknownToIt) {
  FakeKernel old(*find_profile("linux-5.10"));
  FakeKernel newer(*find_profile("linux-6.1"));
  const auto at_5_10 = old.socket();
  const auto at_6_1 = newer.socket();
  for (const int option : {SO_BUF_LOCK, SO_PREFER_BUSY_POLL}) {
    Bytes value(4);
    EXPECT_EQ(at_5_10->get_option(SOL_SOCKET, option, value), tl::unexpected(ENOPROTOOPT));
    EXPECT_EQ(at_5_10->set_option(SOL_SOCKET, option, value), tl::unexpected(ENOPROTOOPT));
    EXPECT_EQ(at_6_1->get_option(SOL_SOCKET, option, value), 4U);
  }
  Bytes cookie(8);
  EXPECT_EQ(at_5_10->get_option(SOL_SOCKET, SO_NETNS_COOKIE, cookie), tl::unexpected(ENOPROTOOPT));
}

}  // namespace
}  // namespace cttimeout::test
