// Client::apply on the fake: many changes, one result each, in order.

#include <gtest/gtest.h>

#include <cerrno>

#include "exchange.h"
#include "support/applied.h"

namespace cttimeout::test {
namespace {

using namespace std::chrono_literals;

class Apply : public testing::Test {
 protected:
  FakeKernel kernel_;
  std::unique_ptr<SocketTransport> transport_ = kernel_.connect();
  Client client_{*transport_};
};

TEST_F(Apply, OfNothingDoesNothing) {
  EXPECT_EQ(results_of(client_, {}), Applied{});
  EXPECT_EQ(kernel_.ticks(), 0U);
}

TEST_F(Apply, MakesEachKindOfChange) {
  const Applied applied =
      results_of(client_, {add("a"), add("b"), add("c"), remove("b"), replace("c", 9s), add("d")});
  EXPECT_EQ(applied, (Applied{{0, 0, 0, 0, 0, 0}, 6}));
  EXPECT_EQ(names(client_), (std::vector<std::string>{"a", "c", "d"}));
  EXPECT_EQ(client_.get("c")->timeouts.get(1), 9s);
}

TEST_F(Apply, TellsOfEachWhatItsOwnCallWouldSay) {
  ASSERT_TRUE(client_.add(udp_policy("taken")));
  ASSERT_TRUE(client_.add(udp_policy("used")));
  const auto rule = kernel_.hold("used");
  ASSERT_TRUE(rule);
  const Applied applied =
      results_of(client_, {add("taken"), add("a"), remove("nobody"), remove("used"),
                           replace("taken"), replace("taken", 5s, IPPROTO_TCP), add("b", 5s, 200)});
  EXPECT_EQ(applied, (Applied{{EEXIST, 0, ENOENT, EBUSY, 0, EINVAL, EOPNOTSUPP}, 2}));
}

TEST_F(Apply, GivesTheKernelsWords) {
  kernel_.set_capable(false);
  std::vector<Error> errors;
  const std::vector<Change> changes{add("a")};
  client_.apply(changes, [&](std::size_t, const Result<void>& result) {
    errors.push_back(result ? Error{} : result.error());
  });
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0], (Error{.origin = Origin::kernel, .what = Errc::refused, .code = EPERM}));
}

// The kernel answers once then, for the first request of a datagram (K-PERM-1).
TEST_F(Apply, IsRefusedWithoutTheCapabilityAndDoesNotWait) {
  kernel_.set_capable(false);
  std::vector<Change> changes(400, add("a"));
  changes.front() = add("");
  std::vector<int> results(400, EPERM);
  results.front() = -static_cast<int>(Errc::name_empty);
  EXPECT_EQ(results_of(client_, changes), (Applied{results, 0}));
  EXPECT_EQ(kernel_.ticks(), 0U);
}

TEST_F(Apply, LeavesOutWhatItsOwnChecksRefuse) {
  const Applied applied = results_of(client_, {add(""), add("a"), add("b", 0s), remove("nobody"),
                                               remove("two\nlines"), add("c"), add("d", -1s)});
  EXPECT_EQ(applied, (Applied{{-static_cast<int>(Errc::name_empty), 0,
                               -static_cast<int>(Errc::timeout_out_of_range), ENOENT,
                               -static_cast<int>(Errc::name_has_control_byte), 0,
                               -static_cast<int>(Errc::timeout_out_of_range)},
                              2}));
}

TEST_F(Apply, SendsNothingIfItsOwnChecksRefuseAll) {
  kernel_.set_capable(false);  // whatever is sent would be refused with EPERM
  const Applied applied = results_of(client_, std::vector(300, add("")));
  EXPECT_EQ(applied, (Applied{std::vector(300, -static_cast<int>(Errc::name_empty)), 0}));
}

TEST_F(Apply, SpansManyDatagrams) {
  std::vector<Change> changes;
  for (int number = 0; number < 10'000; ++number) changes.push_back(add(std::to_string(number)));
  EXPECT_EQ(results_of(client_, changes), (Applied{std::vector(10'000, 0), 10'000}));
  EXPECT_EQ(kernel_.policy_count(), 10'000U);
  EXPECT_EQ(names(client_).back(), "9999");
}

TEST_F(Apply, LosesNoReplyIfEveryChangeFails) {
  const Applied applied = results_of(client_, std::vector(2'000, remove("nobody")));
  EXPECT_EQ(applied, (Applied{std::vector(2'000, ENOENT), 0}));
  EXPECT_EQ(transport_->socket().memory(), SocketMemory{});
}

TEST_F(Apply, NeedsNoMoreThanTheSmallestReceiveBuffer) {
  set_buffer(*transport_, SO_RCVBUF, 1);
  Client client(*transport_);
  std::vector<Change> changes(100, remove("nobody"));
  changes[50] = add("a");
  std::vector<int> codes(100, ENOENT);
  codes[50] = 0;
  EXPECT_EQ(results_of(client, changes), (Applied{codes, 1}));
  EXPECT_EQ(transport_->socket().memory(), SocketMemory{});
}

TEST_F(Apply, NeedsNoMoreThanTheSmallestSendBuffer) {
  set_buffer(*transport_, SO_SNDBUF, 1);
  std::vector<Change> changes;
  for (int number = 0; number < 200; ++number) changes.push_back(add(std::to_string(number)));
  EXPECT_EQ(results_of(client_, changes), (Applied{std::vector(200, 0), 200}));
}

TEST_F(Apply, StaysUsableWhenItsVisitorThrows) {
  std::vector<Change> changes(20, remove("nobody"));
  changes[3] = add("a");
  const auto stop = [](std::size_t index, const Result<void>&) {
    if (index == 5) throw std::runtime_error("enough");
  };
  EXPECT_THROW(client_.apply(changes, stop), std::runtime_error);
  EXPECT_EQ(names(client_), std::vector<std::string>{"a"});
  EXPECT_EQ(results_of(client_, {remove("a")}), (Applied{{0}, 1}));
}

TEST_F(Apply, MatchesNumbersThatWrapAround) {
  // The window does not know where sequence numbers end.
  const Window window{.first = 0xfffffffe, .count = 4};
  EXPECT_EQ(window.last(), 1U);
  EXPECT_TRUE(window.contains(0xffffffff));
  EXPECT_TRUE(window.contains(1));
  EXPECT_FALSE(window.contains(2));
  EXPECT_FALSE(window.contains(0xfffffffd));
}

}  // namespace
}  // namespace cttimeout::test
