// Every call that an operation makes is failed in every way, singly and in pairs.
//
// Whatever befell: the result says truthfully what happened, nothing hangs, and once the faults
// are over the operation comes to its end and leaves nothing behind.

#include <gtest/gtest.h>

#include <cerrno>

#include "torture/world.h"

namespace cttimeout::test {
namespace {

/// Faults that no client could notice in a list: parts of it have no numbers.
bool spoils_a_list(const FaultPlan& plan) {
  return std::ranges::any_of(plan, [](const PlannedFault& planned) {
    return planned.direction == Direction::receive &&
           (planned.fault == Fault::lost || planned.fault == Fault::duplicated ||
            planned.fault == Fault::wrong_sequence || planned.fault == Fault::foreign_sender);
  });
}

/// The faults of the n-th send, and of the n-th receive.
FaultPlan faults_of(Direction direction, std::uint64_t nth) {
  FaultPlan plan;
  const auto add = [&](Fault fault, int code = 0, std::size_t size = 0) {
    plan.push_back({direction, nth, fault, code, size});
  };
  for (const int code : {EINTR, EAGAIN, ENOBUFS}) add(Fault::fails, code);
  add(Fault::gone);
  add(Fault::lost);
  if (direction == Direction::send) return plan;
  for (const Fault fault :
       {Fault::delayed, Fault::overrun, Fault::duplicated, Fault::reordered, Fault::wrong_sequence,
        Fault::foreign_sender, Fault::garbled, Fault::interrupted}) {
    add(fault);
  }
  for (const unsigned size : {0U, 20U}) add(Fault::truncated, 0, size);
  return plan;
}

class Torture : public testing::TestWithParam<Operation> {
 protected:
  void SetUp() override {
    World world;
    before_ = world.state();
    read_ = GetParam().run(world.client()).read;
    after_ = world.state();
    for (std::uint64_t nth = 1; nth <= world.transport().sends() + 1; ++nth)
      append(Direction::send, nth);
    for (std::uint64_t nth = 1; nth <= world.transport().receives() + 2; ++nth) {
      append(Direction::receive, nth);
    }
    const std::uint64_t allocations = world.kernel().allocations();
    World again;
    const std::uint64_t start = again.kernel().allocations();
    (void)GetParam().run(again.client());
    allocations_ = again.kernel().allocations() - start;
    ASSERT_LT(allocations_, allocations);
  }

  /// Runs the operation with the faults of `world`; what it reports must then be true.
  void inject(World& world, bool spoilt_list = false) {
    const State before = world.state();
    const Outcome outcome = GetParam().run(world.client());
    ASSERT_EQ(outcome.results.size(), GetParam().subjects.size());
    EXPECT_EQ(lie(GetParam(), outcome.results, before, after_, world.state()), "");
    EXPECT_TRUE(outcome.read.empty() || spoilt_list || outcome.read == read_) << outcome.read;
    EXPECT_LE(world.waited(), std::chrono::seconds(8));
    EXPECT_LE(world.transport().receives(), 40U);
  }

  /// Runs it when all is well again: it comes to a known end, and leaves nothing in the kernel.
  void recover(World& world) {
    world.heal();
    constexpr int attempts = 2;
    Outcome outcome = GetParam().run(world.client());
    for (int i = 1; i < attempts && stays_open(outcome); ++i) {
      outcome = GetParam().run(world.client());
    }
    EXPECT_FALSE(stays_open(outcome));
    EXPECT_EQ(world.state(), after_);
    EXPECT_TRUE(outcome.read.empty() || outcome.read == read_) << outcome.read;
    EXPECT_EQ(GetParam().run(world.client()).results.size(), GetParam().subjects.size());
    EXPECT_EQ(world.socket().memory(), SocketMemory{.drops = world.socket().memory().drops});
  }

  void torture(const FaultPlan& plan) {
    std::string trace;
    for (const PlannedFault& fault : plan) trace += to_string(fault) + "; ";
    SCOPED_TRACE(trace);
    World world;
    for (const PlannedFault& fault : plan) world.transport().add(fault);
    inject(world, spoils_a_list(plan));
    inject(world, spoils_a_list(plan));
    recover(world);
  }

  void fail_allocations(const std::vector<std::uint64_t>& numbers) {
    SCOPED_TRACE("allocations " + testing::PrintToString(numbers));
    World world;
    for (const std::uint64_t nth : numbers) world.kernel().fail_allocation(nth);
    const State before = before_;
    const Outcome outcome = GetParam().run(world.client());
    world.kernel().fail_no_allocation();  // those of reading the state are not meant
    EXPECT_EQ(lie(GetParam(), outcome.results, before, after_, world.state()), "");
    recover(world);
  }

  FaultPlan faults_;
  std::uint64_t allocations_ = 0;

 private:
  void append(Direction direction, std::uint64_t nth) {
    const FaultPlan plan = faults_of(direction, nth);
    faults_.insert(faults_.end(), plan.begin(), plan.end());
  }
  /// Whether trying again is what a program should do.
  static bool stays_open(const Outcome& outcome) {
    return std::ranges::any_of(outcome.results, [](const Result<void>& result) {
      return !result && (!result.error().outcome_known() || result.error().code == EBUSY);
    });
  }

  State before_;
  State after_;
  std::string read_;
};

TEST_P(Torture, SurvivesEachFault) {
  ASSERT_GT(faults_.size(), 40U);
  for (const PlannedFault& fault : faults_) torture({fault});
}

TEST_P(Torture, SurvivesEachPairOfFaults) {
  for (const PlannedFault& first : faults_) {
    for (const PlannedFault& second : faults_) {
      if (first.direction != second.direction || first.nth < second.nth) torture({first, second});
    }
    if (HasFailure()) return;  // those that follow would say the same
  }
}

TEST_P(Torture, SurvivesEachFailedAllocationOfTheKernel) {
  ASSERT_GE(allocations_, 2U);
  for (std::uint64_t nth = 1; nth <= allocations_; ++nth) fail_allocations({nth});
}

TEST_P(Torture, SurvivesEachPairOfFailedAllocationsOfTheKernel) {
  for (std::uint64_t first = 1; first <= allocations_; ++first) {
    for (std::uint64_t second = first + 1; second <= allocations_ + 1; ++second) {
      fail_allocations({first, second});
    }
  }
}

TEST_P(Torture, SurvivesTheSmallestReceiveBuffer) {
  World world;
  const std::array<std::byte, 4> least{};
  ASSERT_TRUE(world.socket().set_option(SOL_SOCKET, SO_RCVBUF, least));
  inject(world);
  recover(world);
}

TEST_P(Torture, SurvivesTheLossOfItsCapability) {
  World world;
  world.kernel().set_capable(false);
  const Outcome outcome = GetParam().run(world.client());
  for (const Result<void>& result : outcome.results) {
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().origin, Origin::kernel);
    EXPECT_EQ(result.error().code, EPERM);
  }
  recover(world);
}

INSTANTIATE_TEST_SUITE_P(Client, Torture, testing::ValuesIn(operations()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace cttimeout::test
