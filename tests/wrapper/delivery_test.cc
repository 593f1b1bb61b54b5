// What a call did before a signal took its caller away is neither lost nor done twice.
#include "calls/delivery.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "calls/held_descriptors.h"
#include "cttimeout/fake_kernel.h"
#include "support/request.h"

namespace cttimeout::tools::wrapper {
namespace {

using test::new_policy;

constexpr std::size_t ack_size = 36;

class DeliveryTest : public testing::Test {
 protected:
  /// A request that the kernel refuses if it comes a second time.
  static test::Bytes request(std::string_view name) {
    return new_policy(name, test::ipv4, test::udp).ack().create().exclusive();
  }
  SyscallResult<ReceivedDatagram> receive(int flags = 0) { return socket.receive(buffer, flags); }
  bool readable() { return (socket.poll() & POLLIN) != 0; }

  FakeKernel kernel;
  Delivery socket{kernel.socket()};
  std::array<std::byte, 256> buffer{};
};

TEST_F(DeliveryTest, DoesNotSendAgainWhatARepeatedCallHasSent) {
  const auto size = socket.send(request("web"), std::nullopt, 0);
  socket.repeat(socket.undelivered());
  EXPECT_EQ(socket.send(request("web"), std::nullopt, 0), size);
  socket.delivered();
  ASSERT_TRUE(receive());
  EXPECT_FALSE(receive()) << "it was sent twice";
}

TEST_F(DeliveryTest, SendsWhatIsNotARepetition) {
  ASSERT_TRUE(socket.send(request("web"), std::nullopt, 0));
  socket.repeat(socket.undelivered());
  ASSERT_TRUE(socket.send(request("dns"), std::nullopt, 0));
  EXPECT_EQ(kernel.policy_count(), 2U);
}

TEST_F(DeliveryTest, RepeatsWhatASendCameTo) {
  ASSERT_FALSE(socket.send({}, std::nullopt, 0));
  socket.repeat(socket.undelivered());
  const auto again = socket.send({}, std::nullopt, 0);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error(), ENODATA);
}

TEST_F(DeliveryTest, OneCallRepeatsItsSendsInTheirOrder) {
  ASSERT_TRUE(socket.send(request("web"), std::nullopt, 0));
  ASSERT_TRUE(socket.send(request("dns"), std::nullopt, 0));
  socket.repeat(socket.undelivered());
  ASSERT_TRUE(socket.send(request("web"), std::nullopt, 0));
  ASSERT_TRUE(socket.send(request("dns"), std::nullopt, 0));
  ASSERT_TRUE(socket.send(request("ssh"), std::nullopt, 0));
  EXPECT_EQ(kernel.policy_count(), 3U);
  for (int replies = 0; replies < 3; ++replies) EXPECT_TRUE(receive());
  EXPECT_FALSE(receive());
}

TEST_F(DeliveryTest, GivesBackWhatWasReceived) {
  ASSERT_TRUE(socket.send(request("web"), std::nullopt, 0));
  socket.delivered();
  const auto first = receive();
  ASSERT_TRUE(first);
  const std::vector<std::byte> bytes(buffer.begin(), buffer.begin() + ack_size);
  EXPECT_FALSE(readable());
  EXPECT_TRUE(socket.undelivered().empty());
  EXPECT_TRUE(readable());
  buffer = {};
  EXPECT_EQ(receive(MSG_PEEK), first);
  EXPECT_EQ(receive(), first);
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), buffer.begin()));
  socket.delivered();
  EXPECT_FALSE(readable());
  EXPECT_FALSE(receive());
}

TEST_F(DeliveryTest, GivesBackInOrder) {
  ASSERT_TRUE(socket.send(request("web"), std::nullopt, 0));
  ASSERT_TRUE(socket.send(test::get_policy("web").bytes(), std::nullopt, 0));
  socket.delivered();
  const auto ack = receive();
  const auto policy = receive();
  ASSERT_NE(ack, policy);
  EXPECT_TRUE(socket.undelivered().empty());
  EXPECT_EQ(receive(), ack);
  EXPECT_EQ(receive(), policy);
}

TEST_F(DeliveryTest, GivesBackAnError) {
  const std::array<std::byte, 4> smallest{};
  ASSERT_TRUE(socket.set_option(SOL_SOCKET, SO_RCVBUF, smallest));
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(socket.send(test::flush_policies().ack().bytes(), std::nullopt, 0));
  }
  socket.delivered();
  const auto overrun = receive();
  ASSERT_FALSE(overrun);
  EXPECT_EQ(overrun.error(), ENOBUFS);
  EXPECT_TRUE(socket.undelivered().empty());
  EXPECT_EQ(receive(), overrun);
  EXPECT_TRUE(receive()) << "an error is reported once";
}

TEST_F(DeliveryTest, APeekTakesNothing) {
  ASSERT_TRUE(socket.send(request("web"), std::nullopt, 0));
  socket.delivered();
  ASSERT_TRUE(receive(MSG_PEEK));
  EXPECT_TRUE(socket.undelivered().empty());
  EXPECT_TRUE(receive());
  EXPECT_FALSE(receive());
}

class HeldDescriptorsTest : public testing::Test {
 protected:
  static constexpr pid_t thread = 100;
  static constexpr pid_t other = 101;

  void keep(pid_t who, unsigned number) { held.keep(who, number, {.copy = nullptr, .socket = 1}); }
  bool knows(pid_t who, unsigned number) { return held.find(who, number) != nullptr; }

  HeldDescriptors held;
};

TEST_F(HeldDescriptorsTest, AClosedNumberIsUnknownToEveryThread) {
  keep(thread, 800);
  keep(other, 800);
  keep(other, 801);
  held.closing(thread, 800, 800);
  EXPECT_FALSE(knows(thread, 800));
  EXPECT_FALSE(knows(other, 800));
  EXPECT_TRUE(knows(other, 801));
}

TEST_F(HeldDescriptorsTest, ANumberIsNotKeptWhileItMayBeOpenStill) {
  held.closing(thread, 800, 810);
  keep(other, 805);
  EXPECT_FALSE(knows(other, 805));
  held.calls(thread);
  keep(other, 805);
  EXPECT_TRUE(knows(other, 805));
}

TEST_F(HeldDescriptorsTest, ANewProgramHasWhatItHas) {
  keep(thread, 800);
  held.executing(thread, thread);
  EXPECT_FALSE(knows(thread, 800));
  held.calls(thread);
  keep(thread, 800);
  EXPECT_TRUE(knows(thread, 800));
}

TEST_F(HeldDescriptorsTest, AThreadThatTakesTheNumberOfTheFirstIsAlwaysAsked) {
  keep(thread, 800);
  keep(other, 800);
  held.executing(other, thread);
  EXPECT_FALSE(knows(thread, 800));
  EXPECT_FALSE(knows(other, 800));
  keep(thread, 800);
  EXPECT_FALSE(knows(thread, 800)) << "the first thread may have asked before it ended";
  held.forget(thread);
  keep(thread, 800);
  EXPECT_TRUE(knows(thread, 800)) << "it is another thread's number now";
}

}  // namespace
}  // namespace cttimeout::tools::wrapper
