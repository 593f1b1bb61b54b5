// FaultyTransport: what each planned fault does to the calls, on a fake kernel.

#include "cttimeout/faults.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "cttimeout/fake_kernel.h"
#include "scripted_transport.h"
#include "support/request.h"
#include "support/wire.h"

namespace cttimeout::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t sequence_at = 8;
constexpr std::size_t flags_at = 6;

class FaultyTransportTest : public testing::Test {
 protected:
  /// `fault` is injected into the n-th receive from now on.
  void plan(Fault fault, std::uint64_t nth = 1, int code = 0, std::size_t size = 0) {
    faulty_.add({Direction::receive, faulty_.receives() + nth, fault, code, size});
  }
  void plan_send(Fault fault, int code = 0) {
    faulty_.add({Direction::send, faulty_.sends() + 1, fault, code});
  }

  Result<void> send(const Bytes& datagram) { return faulty_.send(datagram); }
  /// A request that is refused, and so has one reply.
  void ask(std::uint32_t sequence) {
    ASSERT_TRUE(send(get_policy("none").sequence(sequence)).has_value());
  }
  Result<Bytes> receive(std::size_t size = 4096) {
    Bytes buffer(size);
    last_ = faulty_.receive(buffer, 7ms);
    if (!last_) return tl::unexpected(last_.error());
    buffer.resize(last_->size);
    return buffer;
  }
  std::uint32_t next_sequence() { return read32(receive().value(), sequence_at); }
  void expect_failure(const Result<Bytes>& received, Errc what, int code = 0) {
    ASSERT_FALSE(received.has_value());
    EXPECT_EQ(received.error(), (Error{.origin = Origin::transport, .what = what, .code = code}));
  }
  void expect_nothing_more() { expect_failure(receive(), Errc::timed_out); }

  FakeKernel kernel_;
  std::unique_ptr<SocketTransport> inner_ = kernel_.connect();
  FaultyTransport faulty_{*inner_};
  Result<Received> last_;
};

TEST_F(FaultyTransportTest, PassesOnWhatIsNotPlanned) {
  plan(Fault::lost, 2);
  ask(1);
  EXPECT_EQ(next_sequence(), 1U);
  EXPECT_EQ(last_->sender, 0U);
  EXPECT_EQ(faulty_.port_id(), inner_->port_id());
  EXPECT_EQ(faulty_.sends(), 1U);
  EXPECT_EQ(faulty_.receives(), 1U);
  EXPECT_EQ(faulty_.injected(), 0U);
}

TEST_F(FaultyTransportTest, FailsASendThatThenNeverHappened) {
  plan_send(Fault::fails, EINTR);
  const Result<void> sent = send(new_policy("a", ipv4, udp).ack());
  ASSERT_FALSE(sent.has_value());
  EXPECT_EQ(sent.error(),
            (Error{.origin = Origin::transport, .what = Errc::not_sent, .code = EINTR}));
  EXPECT_EQ(kernel_.policy_count(), 0U);
  EXPECT_TRUE(send(new_policy("a", ipv4, udp).ack()).has_value());
  EXPECT_EQ(kernel_.policy_count(), 1U);
}

TEST_F(FaultyTransportTest, LosesASendWithoutAWord) {
  plan_send(Fault::lost);
  EXPECT_TRUE(send(new_policy("a", ipv4, udp).ack()).has_value());
  EXPECT_EQ(kernel_.policy_count(), 0U);
  expect_nothing_more();
}

TEST_F(FaultyTransportTest, StaysGone) {
  ask(1);
  plan(Fault::gone);
  expect_failure(receive(), Errc::receive_failed, EBADF);
  expect_failure(receive(), Errc::receive_failed, EBADF);
  EXPECT_EQ(send(get_policy("a")).error().code, EBADF);
}

TEST_F(FaultyTransportTest, FailsAReceiveThatTakesNothing) {
  ask(1);
  plan(Fault::fails, 1, EINTR);
  expect_failure(receive(), Errc::receive_failed, EINTR);
  EXPECT_EQ(next_sequence(), 1U);
}

TEST_F(FaultyTransportTest, DelaysToTheNextReceive) {
  ask(1);
  plan(Fault::delayed);
  expect_failure(receive(), Errc::timed_out);
  EXPECT_EQ(faulty_.waited(), 7ms);
  EXPECT_EQ(next_sequence(), 1U);
}

TEST(FaultyTransport, CountsWaitsWithoutAnOverflow) {
  using std::chrono::milliseconds;
  Bytes buffer(16);
  ScriptedTransport inner;
  FaultyTransport faulty(inner);
  for (std::uint64_t nth = 1; nth <= 4; ++nth)
    faulty.add({Direction::receive, nth, Fault::delayed});
  EXPECT_FALSE(faulty.receive(buffer, 7ms).has_value());
  EXPECT_FALSE(faulty.receive(buffer, milliseconds::min()).has_value());
  EXPECT_EQ(faulty.waited(), 7ms);
  EXPECT_FALSE(faulty.receive(buffer, milliseconds::max()).has_value());
  EXPECT_FALSE(faulty.receive(buffer, 1ms).has_value());
  EXPECT_EQ(faulty.waited(), milliseconds::max());
}

TEST_F(FaultyTransportTest, LosesADatagramAndBringsTheNext) {
  ask(1);
  ask(2);
  plan(Fault::lost);
  EXPECT_EQ(next_sequence(), 2U);
  expect_nothing_more();
}

TEST_F(FaultyTransportTest, OverrunsWithALoss) {
  ask(1);
  ask(2);
  plan(Fault::overrun);
  expect_failure(receive(), Errc::receive_failed, ENOBUFS);
  EXPECT_EQ(next_sequence(), 2U);
}

TEST_F(FaultyTransportTest, DuplicatesADatagram) {
  ask(1);
  ask(2);
  plan(Fault::duplicated);
  EXPECT_EQ(next_sequence(), 1U);
  EXPECT_EQ(next_sequence(), 1U);
  EXPECT_EQ(next_sequence(), 2U);
}

TEST_F(FaultyTransportTest, CutsADuplicateToASmallerBuffer) {
  ask(1);
  plan(Fault::duplicated);
  EXPECT_EQ(next_sequence(), 1U);
  EXPECT_EQ(receive(20).value().size(), 20U);
  EXPECT_TRUE(last_->truncated);
}

TEST_F(FaultyTransportTest, Truncates) {
  ask(1);
  plan(Fault::truncated, 1, 0, 20);
  EXPECT_EQ(receive().value().size(), 20U);
  EXPECT_TRUE(last_->truncated);
  expect_nothing_more();
}

TEST_F(FaultyTransportTest, ReordersAcrossSequenceNumbersOnly) {
  ASSERT_TRUE(send(new_policy("a", ipv4, udp)).has_value());
  ASSERT_TRUE(send(get_policy("a").ack().sequence(1)).has_value());  // two datagrams
  ask(2);
  plan(Fault::reordered);
  EXPECT_EQ(next_sequence(), 2U);
  EXPECT_EQ(read16(receive().value(), 4), type_new);
  EXPECT_EQ(read16(receive().value(), 4), type_error);
  expect_nothing_more();
}

TEST_F(FaultyTransportTest, HasNothingToReorderInASingleReply) {
  ask(1);
  plan(Fault::reordered);
  EXPECT_EQ(next_sequence(), 1U);
  expect_nothing_more();
}

TEST_F(FaultyTransportTest, ReordersBeforeItDamages) {
  ASSERT_TRUE(send(new_policy("a", ipv4, udp)).has_value());
  ASSERT_TRUE(send(get_policy("a").ack().sequence(1)).has_value());
  plan(Fault::garbled);
  plan(Fault::reordered);
  const std::size_t size = receive().value().size();
  EXPECT_GT(size, 60U);  // still the policy, garbled, not its ack
  EXPECT_EQ(read16(receive().value(), 4), type_error);
}

TEST_F(FaultyTransportTest, AltersEveryMessageOfADatagram) {
  for (const char* name : {"a", "b"}) ASSERT_TRUE(send(new_policy(name, ipv4, udp)).has_value());
  ASSERT_TRUE(send(dump_policies().sequence(5)).has_value());
  plan(Fault::wrong_sequence);
  plan(Fault::interrupted);
  const Bytes part = receive().value();
  for (const std::size_t message : {std::size_t{0}, std::size_t{read32(part, 0)}}) {
    EXPECT_EQ(read32(part, message + sequence_at), 0x80000005U);
    EXPECT_EQ(read16(part, message + flags_at), 0x12U);  // MULTI and DUMP_INTR
  }
}

TEST(FaultyTransport, SaysWhatEndsTheSearchForAnotherReply) {
  Bytes buffer(16);
  ScriptedTransport inner;
  FaultyTransport faulty(inner, {{Direction::receive, 1, Fault::reordered}});
  inner.brings(buffer).fails(Errc::receive_failed, ENOBUFS);
  EXPECT_EQ(faulty.receive(buffer, 0ms).error().code, ENOBUFS);
  EXPECT_EQ(faulty.receive(buffer, 0ms).value().size, buffer.size());
}

TEST(FaultyTransport, AltersNothingBehindALengthThatIsNone) {
  Bytes datagram(32);
  datagram[0] = std::byte{4};  // less than a header
  ScriptedTransport inner;
  FaultyTransport faulty(inner, {{Direction::receive, 1, Fault::wrong_sequence}});
  inner.brings(datagram);
  ASSERT_EQ(faulty.receive(datagram, 0ms).value().size, datagram.size());
  EXPECT_EQ(read32(datagram, sequence_at), 0x80000000U);
  EXPECT_EQ(read32(datagram, 16 + sequence_at), 0U);
}

TEST_F(FaultyTransportTest, ComesFromAForeignSender) {
  ask(1);
  plan(Fault::foreign_sender);
  EXPECT_EQ(next_sequence(), 1U);
  EXPECT_NE(last_->sender, 0U);
}

TEST_F(FaultyTransportTest, GarblesTheSameBytesTheSameWay) {
  const auto garbled = [] {
    FakeKernel kernel;
    const auto inner = kernel.connect();
    FaultyTransport faulty(*inner, {{Direction::receive, 1, Fault::garbled}});
    EXPECT_TRUE(faulty.send(get_policy("none").bytes()).has_value());
    Bytes buffer(4096);
    buffer.resize(faulty.receive(buffer, 0ms).value().size);
    return buffer;
  };
  ask(1);
  EXPECT_EQ(garbled().size(), receive().value().size());
  EXPECT_NE(read32(garbled(), 0), garbled().size());
  EXPECT_EQ(garbled(), garbled());
}

TEST_F(FaultyTransportTest, InjectsNothingWhereNothingCame) {
  plan(Fault::garbled);
  expect_nothing_more();
  EXPECT_EQ(faulty_.injected(), 0U);
}

TEST_F(FaultyTransportTest, ForgetsItsPlan) {
  plan(Fault::lost);
  plan_send(Fault::lost);
  faulty_.clear();
  ask(1);
  EXPECT_EQ(next_sequence(), 1U);
}

TEST_F(FaultyTransportTest, ShowsWhatItPutAside) {
  plan(Fault::duplicated);
  ask(1);
  EXPECT_EQ(faulty_.aside(), std::nullopt);
  const Bytes answer = receive().value();
  ASSERT_TRUE(faulty_.aside().has_value());
  EXPECT_EQ(Bytes(faulty_.aside()->begin(), faulty_.aside()->end()), answer);
  EXPECT_EQ(receive(), answer);
  EXPECT_EQ(faulty_.aside(), std::nullopt);
}

TEST(Fault, IsFoundByItsName) {
  for (auto number = 0; number <= static_cast<int>(Fault::interrupted); ++number) {
    const auto fault = static_cast<Fault>(number);
    EXPECT_EQ(find_fault(to_string(fault)), fault);
  }
  EXPECT_EQ(to_string(static_cast<Fault>(200)), "unknown fault");
  EXPECT_EQ(find_fault("unknown fault"), std::nullopt);
  EXPECT_EQ(find_fault("fail"), std::nullopt);
  EXPECT_EQ(find_fault(""), std::nullopt);
}

TEST(Fault, AppliesToASendIfItHasAMeaningThere) {
  for (const Fault fault : {Fault::fails, Fault::gone, Fault::lost}) {
    EXPECT_TRUE(applies_to(fault, Direction::send));
  }
  EXPECT_FALSE(applies_to(Fault::delayed, Direction::send));
  EXPECT_TRUE(applies_to(Fault::delayed, Direction::receive));
  EXPECT_TRUE(applies_to(Fault::interrupted, Direction::receive));
}

TEST(PlannedFault, SaysWhatItIs) {
  EXPECT_EQ(to_string({Direction::send, 3, Fault::fails, 11}), "send 3: fails with errno 11");
  EXPECT_EQ(to_string({Direction::receive, 2, Fault::truncated, 0, 20}),
            "receive 2: truncated to 20 bytes");
  EXPECT_EQ(to_string({Direction::receive, 1, Fault::interrupted}), "receive 1: interrupted");
}

}  // namespace
}  // namespace cttimeout::test
