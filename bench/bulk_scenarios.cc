// Scenarios add, remove and by-turns: a batch of policies beside those that are there already.
#include <time.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "contestant.h"
#include "cttimeout/client.h"
#include "grounds.h"
#include "registry.h"
#include "samples.h"
#include "scenarios.h"

namespace cttimeout::bench {
namespace {

constexpr std::size_t batch_size = 256;
constexpr std::size_t process_batch_size = 32;  // of contestants that start a process for each
constexpr std::size_t first_new = 10'000'000;   // beyond all that are there

struct Entry {
  std::string name;
  Reach reach;
  MakeContestant make;
};

std::vector<Entry>& entries() {
  static std::vector<Entry> entries;
  return entries;
}

enum class Timed : std::uint8_t { add, remove };

/// The policies of the batch as the kernel shows them; ours is the judge.
std::vector<InstalledPolicy> installed(Ground& ground, std::span<const Policy> policies) {
  const auto transport = ground.connect();
  Client client(*transport);
  std::vector<InstalledPolicy> found;
  for (const Policy& policy : policies) {
    if (const auto got = client.get(policy.name.view())) found.push_back(*got);
  }
  return found;
}

/// What is there after our own Client added the batch; it removes them again.
std::vector<InstalledPolicy> expected(Ground& ground, std::span<const Policy> policies) {
  const auto transport = ground.connect();
  Client client(*transport);
  for (const Policy& policy : policies) (void)client.add(policy);
  std::vector<InstalledPolicy> added = installed(ground, policies);
  for (const Policy& policy : policies) (void)client.remove(policy.name.view());
  return added;
}

/// An empty text if the contestant does what ours does.
std::string difference(Ground& ground, Contestant& contestant, std::span<const Policy> policies) {
  const std::vector<InstalledPolicy> ours = expected(ground, policies);
  if (ours.size() != policies.size()) return "ours does not add";
  if (!contestant.add(policies)) return "add fails";
  const bool same = contestant.holds(policies).value_or(installed(ground, policies) == ours);
  if (!same) return "adds other policies than ours";
  if (!contestant.remove(policies)) return "remove fails";
  const bool gone = !contestant.holds(policies).value_or(!installed(ground, policies).empty());
  return gone ? "" : "does not remove";
}

/// Times one of the two; the other is done meanwhile, outside the time.
void loop(benchmark::State& state, Contestant& contestant, Timed timed,
          std::span<const Policy> policies) {
  const auto count = static_cast<benchmark::IterationCount>(policies.size());
  while (state.KeepRunningBatch(count)) {
    if (timed == Timed::remove) {
      state.PauseTiming();
      if (!contestant.add(policies)) return refuse(state, "add fails");
      state.ResumeTiming();
      if (!contestant.remove(policies)) return refuse(state, "remove fails");
    } else {
      if (!contestant.add(policies)) return refuse(state, "add fails");
      state.PauseTiming();
      if (!contestant.remove(policies)) return refuse(state, "remove fails");
      state.ResumeTiming();
    }
  }
}

void on_ground(benchmark::State& state, const Entry& entry, Kind kind, Timed timed) {
  Ground& there = ground(kind, static_cast<std::size_t>(state.range(0)));
  const auto transport =
      entry.reach == Reach::raw_transport ? there.connect_raw() : there.connect();
  const auto policies = sample_policies(
      first_new, entry.reach == Reach::own_process ? process_batch_size : batch_size);
  const auto contestant = entry.make(*transport);
  contestant->prepare(policies);
  if (const std::string why = difference(there, *contestant, policies); !why.empty()) {
    return refuse(state, why);
  }
  loop(state, *contestant, timed, policies);
}

/// A contestant whose turn comes again and again, and what each turn took.
struct Turns {
  std::string name;
  std::unique_ptr<Transport> transport;
  std::unique_ptr<Contestant> contestant;
  std::vector<double> add = {};
  std::vector<double> remove = {};

  [[nodiscard]] bool take(std::span<const Policy> policies) {
    const double start = thread_time();
    const bool added = contestant->add(policies);
    const double middle = thread_time();
    const bool removed = contestant->remove(policies);
    add.push_back(middle - start);
    remove.push_back(thread_time() - middle);
    return added && removed;
  }
};

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// apply and all windows of the ceiling, checked.
std::vector<Turns> seats(benchmark::State& state, Ground& there, std::span<const Policy> policies) {
  std::vector<Turns> all;
  for (const Entry& entry : entries()) {
    if (entry.reach != Reach::raw_transport && entry.name != "apply") continue;
    Turns turns{
        .name = entry.name,
        .transport = entry.reach == Reach::raw_transport ? there.connect_raw() : there.connect(),
        .contestant = nullptr};
    turns.contestant = entry.make(*turns.transport);
    turns.contestant->prepare(policies);
    if (const auto why = difference(there, *turns.contestant, policies); !why.empty()) {
      refuse(state, why);
    }
    all.push_back(std::move(turns));
  }
  return all;
}

/// Where in the kernel's memory the policies lie decides more of the time than who adds them: so
/// apply and the ceiling change the same list, one after the other, and are compared in there.
void by_turns(benchmark::State& state) {
  Ground& there = ground(Kind::real, static_cast<std::size_t>(state.range(0)));
  const auto policies = sample_policies(first_new, batch_size);
  std::vector<Turns> all = seats(state, there, policies);
  std::size_t first = 0;
  while (state.KeepRunning()) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!all[(first + i) % all.size()].take(policies)) return refuse(state, "fails");
    }
    ++first;
  }
  for (const Turns& turns : all) {
    state.counters["add/" + turns.name] = median(turns.add) / batch_size;
    state.counters["remove/" + turns.name] = median(turns.remove) / batch_size;
  }
}

void on_replay(benchmark::State& state, const Entry& entry, Timed timed) {
  const auto transport = connect_replay(false);
  const auto policies = sample_policies(first_new, batch_size);
  const auto contestant = entry.make(*transport);
  contestant->prepare(policies);
  loop(state, *contestant, timed, policies);
}

void enter_on_ground(std::string_view scenario, Timed timed, const Entry& entry, Kind kind,
                     std::initializer_list<std::int64_t> existing) {
  auto* added = enter(
      scenario, name(kind), entry.name,
      [&entry, kind, timed](benchmark::State& state) { on_ground(state, entry, kind, timed); });
  for (const std::int64_t count : existing) added->Arg(count);
  if (entry.reach == Reach::own_process) added->UseRealTime();
}

void enter_scenario(std::string_view scenario, Timed timed, const Entry& entry, bool real) {
  if (entry.reach == Reach::any_transport) {
    enter(scenario, "replay", entry.name,
          [&entry, timed](benchmark::State& state) { on_replay(state, entry, timed); });
  }
  if (entry.reach == Reach::any_transport || entry.reach == Reach::raw_transport) {
    enter_on_ground(scenario, timed, entry, Kind::fake, {100, 10'000, 1'000'000});
  }
  if (real) enter_on_ground(scenario, timed, entry, Kind::real, {100, 1'000, 10'000});
}

}  // namespace

bool enter_contestant(std::string name, Reach reach, MakeContestant make) {
  entries().push_back({std::move(name), reach, std::move(make)});
  return true;
}

void enter_bulk_scenarios(bool real) {
  for (const Entry& entry : entries()) {
    enter_scenario("add", Timed::add, entry, real);
    enter_scenario("remove", Timed::remove, entry, real);
  }
  if (!real) return;
  enter("by-turns", "real", "all", by_turns)->Arg(100)->Arg(1'000)->Arg(10'000)->MinTime(1);
}

}  // namespace cttimeout::bench
