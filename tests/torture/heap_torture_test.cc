// Every allocation of the process fails in turn: the library needs none, the fake stays whole.

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <new>
#include <optional>

#include "cttimeout/codec.h"
#include "cttimeout/format.h"
#include "torture/failing_heap.h"
#include "torture/world.h"

namespace cttimeout::test {
namespace {

/// Passes on, and lets what is behind it allocate.
class FrugalTransport final : public Transport {
 public:
  explicit FrugalTransport(Transport& inner) : inner_(inner) {}

  Result<void> send(std::span<const std::byte> datagram) override {
    const FailingHeap::Pause pause;
    return inner_.send(datagram);
  }
  Result<Received> receive(std::span<std::byte> buffer,
                           std::chrono::milliseconds timeout) override {
    const FailingHeap::Pause pause;
    return inner_.receive(buffer, timeout);
  }
  std::uint32_t port_id() const override { return inner_.port_id(); }
  std::uint32_t hz() const override { return inner_.hz(); }
  std::size_t receive_buffer() const override { return inner_.receive_buffer(); }

 private:
  Transport& inner_;
};

std::ptrdiff_t open_files() {
  const std::filesystem::directory_iterator files("/proc/self/fd");
  return std::distance(begin(files), end(files));
}

TEST(Heap, IsNotUsedByTheClient) {
  World world;
  FrugalTransport transport(world.transport());
  Client client(transport, torture_limits);
  const Policy ssh{
      .name = "ssh", .protocol = IPPROTO_UDP, .timeouts = {{1, std::chrono::hours(1)}}};
  const std::array<Change, 2> changes{Change{.kind = Change::Kind::replace, .policy = ssh},
                                      Change{.kind = Change::Kind::add, .policy = ssh}};
  std::size_t listed = 0;
  const FailingHeap heap(1);
  EXPECT_TRUE(client.add(ssh).has_value());
  EXPECT_FALSE(client.add(ssh).has_value());
  EXPECT_TRUE(client.replace(ssh).has_value());
  EXPECT_TRUE(client.get("ssh").has_value());
  EXPECT_TRUE(client.list([&listed](const InstalledPolicy&) { ++listed; }).has_value());
  EXPECT_TRUE(client.set_default(IPPROTO_UDP, ssh.timeouts).has_value());
  EXPECT_TRUE(client.get_default(IPPROTO_UDP).has_value());
  EXPECT_EQ(client.apply(changes, [](std::size_t, const Result<void>&) {}), 1U);
  EXPECT_TRUE(client.remove("ssh").has_value());
  EXPECT_TRUE(client.flush().has_value());
  EXPECT_EQ(heap.allocations(), 0U);
  EXPECT_GT(listed, 1U);
}

TEST(Heap, IsNotUsedByTheCodec) {
  Policy policy{.name = "every slot of tcp", .protocol = IPPROTO_TCP, .timeouts = {}};
  for (const Slot& slot : find_protocol(IPPROTO_TCP)->slots)
    policy.timeouts.set_raw(slot.number, 5);
  std::array<std::byte, max_request_size> buffer;
  const FailingHeap heap(1);
  const std::size_t size = encode_request(
      buffer, {.command = IPCTNL_MSG_TIMEOUT_NEW, .flags = NLM_F_REQUEST, .sequence = 1}, policy);
  const auto decoded = decode_policy(std::span(buffer).first(size));
  const auto refused = decode_policy(std::span(buffer).first(size - 1));
  EXPECT_EQ(heap.allocations(), 0U);
  EXPECT_TRUE(decoded.has_value());
  EXPECT_FALSE(refused.has_value());
}

// The text forms are std::string, and std::bad_alloc passes through them.
TEST(Heap, MayFailWhileALineIsParsed) {
  const std::string line = "\"two words\" inet tcp established 1h30m slot_11 5";
  std::optional<Result<Policy>> parsed;
  for (std::uint64_t nth = 1; !parsed; ++nth) {
    const FailingHeap heap(nth);
    try {
      parsed = parse_line(line);
    } catch (const std::bad_alloc&) {
      EXPECT_EQ(heap.allocations(), nth);
    }
  }
  EXPECT_TRUE(parsed->has_value());
}

TEST(Heap, MayFailWhileASocketIsOpened) {
  const auto before = open_files();
  std::uint64_t nth = 0;
  for (bool struck = true; struck;) {
    const FailingHeap heap(++nth);
    const auto opened = open_netlink();
    struck = heap.allocations() >= nth;
    const FailingHeap::Pause pause;
    if (!struck && !opened) GTEST_SKIP() << to_string(opened.error());
    ASSERT_NE(opened.has_value(), struck);
    if (opened) break;
    EXPECT_EQ(opened.error().what, Errc::open_failed);
    EXPECT_EQ(opened.error().code, ENOMEM);
  }
  EXPECT_GT(nth, 1U);
  EXPECT_EQ(open_files(), before);
}

class HeapTorture : public testing::TestWithParam<Operation> {
 protected:
  /// Runs the operation with its nth allocation failing; returns how many there were.
  std::uint64_t inject(World& world, std::uint64_t nth) {
    Outcome outcome;
    const FailingHeap heap(nth);
    try {
      outcome = GetParam().run(world.client());
    } catch (const std::bad_alloc&) {
      const FailingHeap::Pause pause;
      outcome.results.assign(
          GetParam().subjects.size(),
          tl::unexpected(Error{.origin = Origin::transport, .what = Errc::timed_out}));
    }
    outcome_ = outcome;
    return heap.allocations();
  }

  Outcome outcome_;
};

// The fake allocates, and lets std::bad_alloc pass through: then the outcome is unknown.
TEST_P(HeapTorture, LeavesTheFakeWhole) {
  World well;
  const State before = well.state();
  (void)GetParam().run(well.client());
  const State after = well.state();
  std::uint64_t allocations = 1;
  for (std::uint64_t nth = 1; nth <= allocations; ++nth) {
    SCOPED_TRACE("allocation " + std::to_string(nth));
    World world;
    allocations = inject(world, nth);
    EXPECT_EQ(lie(GetParam(), outcome_.results, before, after, world.state()), "");
    constexpr int attempts = 3;
    for (int i = 0; i < attempts; ++i) outcome_ = GetParam().run(world.client());
    EXPECT_EQ(world.state(), after);
    EXPECT_FALSE(world.socket().memory().dumping);
  }
}

INSTANTIATE_TEST_SUITE_P(Client, HeapTorture, testing::ValuesIn(operations()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace cttimeout::test
