// Every system call of the real socket fails in turn: what the operation then says is true.

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <iterator>

#include "support/machines.h"
#include "torture/operation.h"
#include "torture/system_calls.h"

namespace cttimeout::test {
namespace {

const tl::expected<std::unique_ptr<Machine>, NoMachine>& machine() {
  static const auto opened = open_machine("real");
  return opened;
}

std::ptrdiff_t open_files() {
  const std::filesystem::directory_iterator files("/proc/self/fd");
  return std::distance(begin(files), end(files));
}

class OnRealKernel : public testing::Test {
 protected:
  void SetUp() override {
    if (machine()) return;
    if (kernel_required()) FAIL() << machine().error().reason;
    GTEST_SKIP() << machine().error().reason;
  }

  /// A client of the current namespace.
  struct Connection {
    std::unique_ptr<Transport> transport = open_netlink().value();
    Client client{*transport, Limits{.reply_timeout = std::chrono::milliseconds(100)}};
  };
  static State state() {
    Connection connection;
    return read_state(connection.client);
  }
};

TEST_F(OnRealKernel, OpeningFailsAtEachCallAndLeavesNothingOpen) {
  const auto ground = (*machine())->new_ground();
  const auto before = open_files();
  std::vector<std::string> made;
  for (std::uint64_t nth = 1;; ++nth) {
    const FailingCalls calls({{nth, ENOBUFS}});
    const auto opened = open_netlink();
    made = calls.made();
    if (made.size() < nth) break;
    ASSERT_FALSE(opened.has_value()) << made.back();
    EXPECT_EQ(opened.error().what, Errc::open_failed);
    EXPECT_EQ(opened.error().code, ENOBUFS);
    EXPECT_TRUE(opened.error().outcome_known());
  }
  EXPECT_EQ(made, (std::vector<std::string>{"socket", "bind", "getsockname", "setsockopt"}));
  EXPECT_EQ(open_files(), before);
}

class SystemCallTorture : public OnRealKernel, public testing::WithParamInterface<Operation> {
 protected:
  /// Runs the operation with those calls failing; returns how many calls it made.
  std::uint64_t torture(const std::map<std::uint64_t, int>& failing) {
    SCOPED_TRACE("failing calls " + testing::PrintToString(failing));
    const auto ground = (*machine())->new_ground();
    Connection connection;
    populate(connection.client);
    const State before = state();
    Outcome outcome;
    std::uint64_t made = 0;
    {
      const FailingCalls calls(failing);
      outcome = GetParam().run(connection.client);
      made = calls.made().size();
    }
    if (failing.empty()) after_ = state();
    EXPECT_EQ(lie(GetParam(), outcome.results, before, after_, state()), "");
    for (int i = 0; i < 2; ++i) outcome = GetParam().run(connection.client);
    for (const Result<void>& result : outcome.results) {
      EXPECT_TRUE(result || result.error().origin == Origin::kernel);
    }
    EXPECT_EQ(state(), after_);
    return made;
  }

 private:
  State after_;
};

TEST_P(SystemCallTorture, SurvivesEachFailureAndEachTwoInARow) {
  constexpr std::array codes{EINTR, EAGAIN, ENOBUFS, ENOMEM};
  const std::uint64_t made = torture({});
  ASSERT_GE(made, 2U);
  for (std::uint64_t nth = 1; nth <= made; ++nth) {
    for (const int first : codes) {
      torture({{nth, first}});
      for (const int second : codes) torture({{nth, first}, {nth + 1, second}});
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Client, SystemCallTorture, testing::ValuesIn(operations()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace cttimeout::test
