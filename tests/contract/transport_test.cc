// The contract of Transport, clause by clause, on every implementation.

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <map>
#include <thread>

#include "cttimeout/faults.h"
#include "cttimeout/netlink_transport.h"
#include "cttimeout/socket_transport.h"
#include "support/machines.h"
#include "support/reply.h"

namespace cttimeout::test {
namespace {

using namespace std::chrono_literals;

/// The machine of that name, opened once; or why there is none.
const tl::expected<std::unique_ptr<Machine>, NoMachine>& machine(const std::string& name) {
  static std::map<std::string, tl::expected<std::unique_ptr<Machine>, NoMachine>> machines;
  const auto found = machines.find(name);
  return found != machines.end() ? found->second
                                 : machines.emplace(name, open_machine(name)).first->second;
}

/// A FaultyTransport that owns its inner one and has nothing planned.
class Faultless final : public Transport {
 public:
  explicit Faultless(std::unique_ptr<Transport> inner) : inner_(std::move(inner)) {}

  Result<void> send(std::span<const std::byte> datagram) override { return faulty_.send(datagram); }
  Result<Received> receive(std::span<std::byte> buffer,
                           std::chrono::milliseconds timeout) override {
    return faulty_.receive(buffer, timeout);
  }
  std::uint32_t port_id() const override { return faulty_.port_id(); }
  std::uint32_t hz() const override { return faulty_.hz(); }
  std::size_t receive_buffer() const override { return faulty_.receive_buffer(); }

 private:
  std::unique_ptr<Transport> inner_;
  FaultyTransport faulty_{*inner_};
};

/// Which transport, on which machine.
struct Candidate {
  std::string name;
  std::string machine;
  bool faulty;

  friend std::ostream& operator<<(std::ostream& out, const Candidate& candidate) {
    return out << candidate.name;
  }
};

class TransportContract : public testing::TestWithParam<Candidate> {
 protected:
  void SetUp() override {
    const auto& opened = machine(GetParam().machine);
    if (!opened) {
      if (kernel_required()) FAIL() << opened.error().reason;
      GTEST_SKIP() << opened.error().reason;
    }
    ground_ = (*opened)->new_ground();
    transport_ = open();
    ASSERT_NE(transport_, nullptr);
  }

  std::unique_ptr<Transport> open() {
    std::unique_ptr<Transport> transport = open_plain();
    if (transport == nullptr || !GetParam().faulty) return transport;
    return std::make_unique<Faultless>(std::move(transport));
  }
  std::unique_ptr<Transport> open_plain() {
    if (GetParam().machine != "real") return std::make_unique<SocketTransport>(ground_->socket());
    auto opened = open_netlink();
    return opened ? std::move(*opened) : nullptr;
  }

  /// One receive into a buffer of `size` bytes: what it brought.
  Result<Bytes> receive(std::size_t size = 65536) {
    Bytes buffer(size);
    last_ = transport_->receive(buffer, 0ms);
    if (!last_) return tl::unexpected(last_.error());
    buffer.resize(last_->size);
    return buffer;
  }
  void expect_nothing_more() {
    const auto received = receive();
    ASSERT_FALSE(received.has_value()) << to_hex(*received);
    EXPECT_EQ(received.error().what, Errc::timed_out);
  }
  void send(const Bytes& datagram) { ASSERT_TRUE(transport_->send(datagram).has_value()); }

  std::unique_ptr<Ground> ground_;
  std::unique_ptr<Transport> transport_;
  Result<Received> last_;
};

TEST_P(TransportContract, T1RepliesAreThereWhenSendReturns) {
  send(datagram({new_policy("a", ipv4, udp).ack(), get_policy("a")}));
  EXPECT_EQ(read16(receive().value(), 4), type_error);
  EXPECT_EQ(read16(receive().value(), 4), type_new);
  expect_nothing_more();
}

TEST_P(TransportContract, T2AFailedSendWasNotDealtWith) {
  const Bytes huge = join({new_policy("a", ipv4, udp).ack(), zeros(300'000)});
  const Result<void> sent = transport_->send(huge);
  ASSERT_FALSE(sent.has_value());
  EXPECT_EQ(sent.error().origin, Origin::transport);
  EXPECT_EQ(sent.error().what, Errc::not_sent);
  EXPECT_EQ(sent.error().code, EMSGSIZE);
  expect_nothing_more();
  send(get_policy("a"));
  EXPECT_EQ(read32(receive().value(), 16), static_cast<std::uint32_t>(-ENOENT));
}

TEST_P(TransportContract, T3ATruncatedDatagramIsCutAndItsRestLost) {
  send(new_policy("a", ipv4, udp).ack());
  const Bytes first = receive(20).value();
  EXPECT_EQ(first.size(), 20U);
  EXPECT_EQ(read32(first, 0), 36U);
  EXPECT_TRUE(last_->truncated);
  expect_nothing_more();
  send(get_policy("a"));
  ASSERT_TRUE(receive().has_value());
  EXPECT_FALSE(last_->truncated);
}

TEST_P(TransportContract, T4DatagramsArriveInOrder) {
  for (std::uint32_t sequence = 1; sequence <= 5; ++sequence) {
    send(get_policy("none").sequence(sequence));
  }
  for (std::uint32_t sequence = 1; sequence <= 5; ++sequence) {
    EXPECT_EQ(read32(receive().value(), 8), sequence);
  }
}

TEST_P(TransportContract, T5ReceiveTimesOut) {
  std::array<std::byte, 64> buffer{};
  const auto received = transport_->receive(buffer, 20ms);
  ASSERT_FALSE(received.has_value());
  EXPECT_EQ(received.error().origin, Origin::transport);
  EXPECT_EQ(received.error().what, Errc::timed_out);
}

TEST_P(TransportContract, T5ReceiveDoesNotWaitWhereTheTimeoutIsZeroOrLess) {
  std::array<std::byte, 64> buffer{};
  for (const auto timeout : {0ms, -1ms, std::chrono::milliseconds::min()}) {
    const auto begin = std::chrono::steady_clock::now();
    const auto received = transport_->receive(buffer, timeout);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
    ASSERT_FALSE(received.has_value());
    EXPECT_EQ(received.error().what, Errc::timed_out);
    send(get_policy("none"));
    EXPECT_TRUE(transport_->receive(buffer, timeout).has_value()) << "what is there comes";
  }
}

TEST_P(TransportContract, T5ReceiveWithoutAnEndOfTheTimeoutBringsWhatComes) {
  using std::chrono::milliseconds;
  std::array<std::byte, 64> buffer{};
  for (const auto timeout : {milliseconds::max(), milliseconds::max() - 1ms, milliseconds(24h)}) {
    send(get_policy("none"));
    EXPECT_TRUE(transport_->receive(buffer, timeout).has_value()) << "what is there comes";
    if (GetParam().machine != "real") {  // where nothing can come any more
      EXPECT_EQ(transport_->receive(buffer, timeout).error().what, Errc::timed_out);
      continue;
    }
    const auto stranger = ground_->socket();
    std::jthread later([&] {
      std::this_thread::sleep_for(50ms);
      (void)stranger->send(get_policy("x").bytes(), NetlinkAddress{transport_->port_id()});
    });
    const auto received = transport_->receive(buffer, timeout);
    ASSERT_TRUE(received.has_value()) << to_string(received.error());
    EXPECT_EQ(received->sender, stranger->name().port_id);
  }
}

TEST_P(TransportContract, T6AnOverrunIsReportedOnceAndLosesNothingThatWasQueued) {
  constexpr std::uint32_t fit = 256;
  for (std::uint32_t sequence = 1; sequence <= fit + 10; ++sequence) {
    send(flush_policies().ack().sequence(sequence));
  }
  const auto overrun = receive();
  ASSERT_FALSE(overrun.has_value());
  EXPECT_EQ(overrun.error().what, Errc::receive_failed);
  EXPECT_EQ(overrun.error().code, ENOBUFS);
  for (std::uint32_t sequence = 1; sequence <= fit; ++sequence) {
    EXPECT_EQ(read32(receive().value(), 8), sequence);
  }
  expect_nothing_more();
}

TEST_P(TransportContract, T7SenderTellsTheKernelFromStrangers) {
  const auto stranger = ground_->socket();
  ASSERT_TRUE(stranger->send(get_policy("x").bytes(), NetlinkAddress{transport_->port_id()}));
  send(flush_policies().ack());
  EXPECT_EQ(receive().value(), get_policy("x").bytes());
  EXPECT_EQ(last_->sender, stranger->name().port_id);
  EXPECT_NE(last_->sender, 0U);
  EXPECT_EQ(read32(receive().value(), 12), transport_->port_id());
  EXPECT_EQ(last_->sender, 0U);
}

TEST_P(TransportContract, T8PartsOfAReplyFollowTheLargestBuffer) {
  for (int i = 0; i < 200; ++i) send(new_policy("p" + std::to_string(i), ipv4, tcp));
  send(dump_policies());
  EXPECT_LE(receive(32768).value().size(), 3776U);
  EXPECT_GT(receive(32768).value().size(), 3776U);
  EXPECT_FALSE(last_->truncated);
  EXPECT_EQ(receive(32768).value(), [this] {
    Bytes end = done();
    const Bytes port = host32(transport_->port_id());
    std::copy(port.begin(), port.end(), end.begin() + 12);
    return end;
  }());
}

TEST_P(TransportContract, GivesEveryTransportAPortOfItsOwn) {
  const auto other = open();
  ASSERT_NE(other, nullptr);
  EXPECT_NE(other->port_id(), 0U);
  EXPECT_NE(other->port_id(), transport_->port_id());
}

TEST_P(TransportContract, AsksForExtendedAcks) {
  send(Message(type_get).attr(attr_name, characters("unterminated")));
  EXPECT_EQ(read16(receive().value(), 6), flag_ack_tlvs);
}

INSTANTIATE_TEST_SUITE_P(Transports, TransportContract,
                         testing::Values(Candidate{"fake", "fake:linux-6.18", false},
                                         Candidate{"real", "real", false},
                                         Candidate{"faulty_fake", "fake:linux-6.18", true},
                                         Candidate{"faulty_real", "real", true}),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace cttimeout::test
