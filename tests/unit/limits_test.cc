// The limits of a Client at their extremes: what works, and what is refused before the wire.

#include <gtest/gtest.h>

#include <cerrno>
#include <limits>
#include <string>
#include <vector>

#include "cttimeout/client.h"
#include "cttimeout/fake_kernel.h"
#include "scripted_transport.h"
#include "support/claiming_transport.h"

namespace cttimeout::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

const Policy web{"web", Family::ipv4, IPPROTO_TCP, {{3, 1s}}};

/// What each operation of a client gives; apply() gives two results.
std::vector<Result<void>> all_operations(Client& client) {
  std::vector<Result<void>> results{
      client.add(web),
      client.replace(web),
      client.get("web").map([](const auto&) {}),
      client.list([](const InstalledPolicy&) {}),
      client.remove("web"),
      client.flush(),
      client.get_default(IPPROTO_TCP).map([](const auto&) {}),
      client.set_default(IPPROTO_TCP, web.timeouts),
  };
  const std::vector<Change> changes{{Change::Kind::add, web},
                                    {Change::Kind::remove, {.name = "web"}}};
  const std::size_t succeeded = client.apply(
      changes, [&results](std::size_t, const Result<void>& result) { results.push_back(result); });
  EXPECT_EQ(succeeded, std::size_t{results.back().has_value()} * 2);
  return results;
}

void expect_all_refused(std::uint32_t hz, const Limits& limits, std::string_view detail) {
  ScriptedTransport transport;
  ClaimingTransport claiming(transport);
  claiming.claimed_hz = hz;
  Client client(claiming, limits);
  const auto results = all_operations(client);
  EXPECT_EQ(results.size(), 10U);
  for (const Result<void>& result : results) {
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().origin, Origin::request);
    EXPECT_EQ(result.error().what, Errc::limit_unusable);
    EXPECT_EQ(result.error().detail.view(), detail);
  }
  EXPECT_TRUE(transport.sent().empty());
}

TEST(Limits, TicksPerSecondThatNoKernelHasAreRefused) {
  expect_all_refused(0, {}, "Transport::hz() is 0; a kernel has 1 to 2147483647 ticks per second");
  expect_all_refused(
      0x80000000, {},
      "Transport::hz() is 2147483648; a kernel has 1 to 2147483647 ticks per second");
  expect_all_refused(
      std::numeric_limits<std::uint32_t>::max(), {},
      "Transport::hz() is 4294967295; a kernel has 1 to 2147483647 ticks per second");
}

TEST(Limits, AReplyOfNoDatagramIsRefused) {
  expect_all_refused(250, {.max_datagrams = 0},
                     "Limits::max_datagrams is 0; a reply has 1 datagram or more");
}

TEST(Limits, EveryOperationWorksAtTheExtremes) {
  constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
  for (const std::uint32_t hz : {1U, 0x7fffffffU}) {
    for (const auto timeout : {milliseconds::min(), -1ms, 0ms, milliseconds::max()}) {
      for (const std::size_t receive_buffer : {std::size_t{0}, std::size_t{1}, most}) {
        FakeKernel kernel;
        const auto transport = kernel.connect();
        ClaimingTransport claiming(*transport);
        claiming.claimed_hz = hz;
        claiming.claimed_buffer = receive_buffer;
        Client client(claiming, {.reply_timeout = timeout, .max_datagrams = most});
        for (const Result<void>& result : all_operations(client)) {
          const bool taken = !result && result.error().code == EEXIST;
          EXPECT_TRUE(result.has_value() || taken) << to_string(result.error());
        }
      }
    }
  }
}

TEST(Limits, AReplyOfMoreDatagramsThanTheLimitIsAnError) {
  FakeKernel kernel;
  const auto transport = kernel.connect();
  Client client(*transport, {.max_datagrams = 1});
  ASSERT_TRUE(client.add(web).has_value());
  const Result<void> listed = client.list([](const InstalledPolicy&) {});  // has its end, besides
  ASSERT_FALSE(listed.has_value());
  EXPECT_EQ(listed.error().what, Errc::too_many_datagrams);
}

/// Tells of more bytes than it was given room for.
class LyingTransport final : public Transport {
 public:
  Result<void> send(std::span<const std::byte>) override { return {}; }
  Result<Received> receive(std::span<std::byte> buffer, milliseconds) override {
    return Received{.size = buffer.size() + excess, .sender = 0, .truncated = false};
  }
  std::uint32_t port_id() const override { return 1; }
  std::uint32_t hz() const override { return 250; }
  std::size_t receive_buffer() const override { return 212'992; }

  std::size_t excess = 1;
};

TEST(Limits, ATransportThatTellsOfMoreThanTheBufferIsNotBelieved) {
  LyingTransport transport;
  for (const std::size_t excess : {std::size_t{1}, std::size_t{0x7fffffff}}) {
    transport.excess = excess;
    const Result<void> added = Client(transport).add(web);
    ASSERT_FALSE(added.has_value());
    EXPECT_EQ(added.error().origin, Origin::reply);
    EXPECT_EQ(added.error().what, Errc::malformed);
  }
}

static_assert(!std::is_copy_constructible_v<Client> && !std::is_move_constructible_v<Client>);
static_assert(!std::is_copy_assignable_v<Client> && !std::is_move_assignable_v<Client>);

}  // namespace
}  // namespace cttimeout::test
