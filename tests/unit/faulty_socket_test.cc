// FaultySocket: what a socket has beside a transport, namely flags, peeks, waits and polls.

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "cttimeout/fake_kernel.h"
#include "cttimeout/faults.h"
#include "cttimeout/forwarding_socket.h"
#include "cttimeout/socket_transport.h"
#include "support/request.h"

namespace cttimeout::test {
namespace {

using namespace std::chrono_literals;

class FaultySocketTest : public testing::Test {
 protected:
  /// A request that is refused, and so has one reply.
  void ask() { ASSERT_TRUE(faulty_.send(get_policy("none").bytes(), NetlinkAddress{}, 0)); }
  SyscallResult<ReceivedDatagram> receive(std::size_t size, int flags = 0) {
    Bytes buffer(size);
    return faulty_.receive(buffer, flags);
  }

  FakeKernel kernel_;
  FaultySocket faulty_{kernel_.socket()};
};

TEST_F(FaultySocketTest, ShowsTheWholeSizeOfADatagramThatWasPutAside) {
  faulty_.add({Direction::receive, 1, Fault::duplicated});
  ask();
  const auto whole = receive(4096);
  ASSERT_TRUE(whole);
  const auto peeked = receive(4, MSG_PEEK | MSG_TRUNC);
  ASSERT_TRUE(peeked);
  EXPECT_EQ(peeked->returned, whole->copied);
  EXPECT_EQ(peeked->copied, 4U);
  EXPECT_TRUE(peeked->truncated);
  EXPECT_EQ(receive(4, MSG_PEEK)->returned, 4U);
  EXPECT_EQ(receive(4096), whole);
}

TEST_F(FaultySocketTest, CutsADatagramForGoodThatWasCutBeforeItWasPutAside) {
  faulty_.add({Direction::receive, 1, Fault::duplicated});
  ask();
  ASSERT_EQ(receive(20)->copied, 20U);
  const auto again = receive(4096, MSG_TRUNC);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->copied, 20U);
  EXPECT_GT(again->returned, 20U);
  EXPECT_TRUE(again->truncated);
}

TEST_F(FaultySocketTest, CountsNoPeek) {
  faulty_.add({Direction::receive, 1, Fault::lost});
  ask();
  EXPECT_TRUE(receive(4096, MSG_PEEK));
  EXPECT_EQ(faulty_.receives(), 0U);
  EXPECT_EQ(receive(4096).error(), EAGAIN);
  EXPECT_EQ(faulty_.injected(), 1U);
}

TEST_F(FaultySocketTest, IsReadableWhileSomethingIsAside) {
  faulty_.add({Direction::receive, 1, Fault::duplicated});
  ask();
  ASSERT_TRUE(receive(4096));
  EXPECT_NE(faulty_.poll() & POLLIN, 0);
  ASSERT_TRUE(receive(4096));
  EXPECT_EQ(faulty_.poll() & POLLIN, 0);
}

TEST_F(FaultySocketTest, SaysWhichFaultMadeACallFail) {
  faulty_.add({Direction::receive, 1, Fault::overrun});
  ask();
  EXPECT_EQ(receive(4096).error(), ENOBUFS);
  EXPECT_EQ(faulty_.failed_by(), Fault::overrun);
  EXPECT_EQ(receive(4096).error(), EAGAIN);
  EXPECT_EQ(faulty_.failed_by(), std::nullopt);
}

TEST_F(FaultySocketTest, PassesOnWhatNoFaultIsFor) {
  faulty_.add({Direction::send, 1, Fault::overrun});  // of receives only
  ask();
  EXPECT_EQ(faulty_.injected(), 0U);
  EXPECT_TRUE(faulty_.wait(1ms));
  EXPECT_TRUE(receive(4096));
  EXPECT_FALSE(faulty_.wait(1ms));
}

TEST_F(FaultySocketTest, IsGoneForPeeksToo) {
  faulty_.add({Direction::receive, 1, Fault::gone});
  ask();
  EXPECT_EQ(receive(4096).error(), EBADF);
  EXPECT_EQ(receive(4096, MSG_PEEK).error(), EBADF);
}

TEST_F(FaultySocketTest, LeavesADatagramWithoutAHeaderAlone) {
  faulty_.add({Direction::receive, 1, Fault::truncated, 0, 4});
  faulty_.add({Direction::receive, 1, Fault::wrong_sequence});
  faulty_.add({Direction::receive, 2, Fault::truncated, 0, 4});
  faulty_.add({Direction::receive, 2, Fault::reordered});
  ask();
  EXPECT_EQ(receive(4096)->copied, 4U);
  ask();
  EXPECT_EQ(receive(4096)->copied, 4U);
}

/// What comes is not there before it is waited for.
class LateSocket final : public ForwardingSocket {
 public:
  using ForwardingSocket::ForwardingSocket;
  SyscallResult<ReceivedDatagram> receive(std::span<std::byte> buffer, int flags) override {
    if (!waited_) return tl::unexpected(EAGAIN);
    return ForwardingSocket::receive(buffer, flags);
  }
  bool wait(std::chrono::milliseconds timeout) override {
    waited_ = true;
    return ForwardingSocket::wait(timeout);
  }

 private:
  bool waited_ = false;
};

TEST(SocketTransport, ReceivesWhatComesWhileItWaits) {
  FakeKernel kernel;
  SocketTransport transport(std::make_unique<LateSocket>(kernel.socket()));
  ASSERT_TRUE(transport.send(get_policy("none").bytes()));
  Bytes buffer(4096);
  EXPECT_TRUE(transport.receive(buffer, 1s));
}

TEST(FaultySocket, DelaysWhatATransportOnItWaitsFor) {
  FakeKernel kernel;
  SocketTransport transport(std::make_unique<FaultySocket>(
      kernel.socket(), FaultPlan{{Direction::receive, 1, Fault::delayed}}));
  ASSERT_TRUE(transport.send(get_policy("none").bytes()));
  Bytes buffer(4096);
  EXPECT_EQ(transport.receive(buffer, 1s).error().what, Errc::timed_out);
  EXPECT_EQ(kernel.ticks(), 250U);
  EXPECT_TRUE(transport.receive(buffer, 1s));
  EXPECT_EQ(kernel.ticks(), 250U);
}

}  // namespace
}  // namespace cttimeout::test
