// Scenarios add and remove: a batch of policies beside those that are there already.
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
}

}  // namespace cttimeout::bench
