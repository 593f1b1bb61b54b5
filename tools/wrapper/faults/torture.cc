// Torture: runs a program once for each fault that can be injected, and says how it ends each time.
#include "faults/torture.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "faults/separate_run.h"
#include "process/guard.h"

namespace cttimeout::tools::wrapper {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = FaultSpec::Kind;

constexpr std::size_t most_runs = 1000;
constexpr milliseconds undisturbed_limit = seconds(60);
constexpr milliseconds shortest_limit = seconds(3);
constexpr int slower_under_faults = 10;  // times
constexpr int signal_base = 128;

// What this endpoint does to a program. Replies that vanish, change or come twice, and dumps that
// say that they were interrupted, are not among it.
constexpr std::array send_faults{EINTR, ENOBUFS, ENOMEM};
constexpr std::array receive_faults{
    PlannedFault{.direction = Direction::receive, .fault = Fault::fails, .code = EINTR},
    PlannedFault{.direction = Direction::receive, .fault = Fault::fails, .code = ENOMEM},
    PlannedFault{.direction = Direction::receive, .fault = Fault::overrun}};

FaultSpecs all_faults(const FaultTargets& targets) {
  FaultSpecs specs;
  const auto add = [&](Kind kind, PlannedFault planned, std::uint64_t nth) {
    planned.nth = nth;
    specs.push_back({.kind = kind, .planned = planned});
  };
  for (std::uint64_t nth = 1; nth <= targets.sends; ++nth) {
    for (const int code : send_faults) add(Kind::call, {.code = code}, nth);
    add(Kind::capability, {}, nth);
  }
  for (std::uint64_t nth = 1; nth <= targets.receives; ++nth) {
    for (const PlannedFault& fault : receive_faults) add(Kind::call, fault, nth);
  }
  for (std::uint64_t nth = 1; nth <= targets.allocations; ++nth) add(Kind::allocation, {}, nth);
  return specs;
}

struct Tally {
  std::size_t runs = 0;
  std::size_t lied = 0;
  std::size_t hung = 0;
  std::size_t killed = 0;

  [[nodiscard]] bool bad() const { return lied + hung + killed != 0; }
};

/// What the program did, in words; counted.
std::string verdict(const std::optional<Ended>& ended, const Ended& undisturbed, Tally& tally) {
  ++tally.runs;
  if (!ended) {
    ++tally.hung;
    return "HUNG, and was killed";
  }
  if (ended->status > signal_base) {
    ++tally.killed;
    return "KILLED by signal " + std::to_string(ended->status - signal_base);
  }
  if (ended->status != 0) return "exits with " + std::to_string(ended->status);
  if (ended->policies == undisturbed.policies) return "exits with 0, having done it all";
  if (!ended->injected) return "exits with 0, and the fault was not injected";
  ++tally.lied;
  return "LIED: exits with 0, but the policies are not those of the undisturbed run";
}

}  // namespace

tl::expected<int, std::string> run_torture(const Options& options) {
  Options run = options;
  run.keeps_state = false;
  const auto start = std::chrono::steady_clock::now();
  const auto first = run_separately(run, undisturbed_limit);
  if (!first) return tl::unexpected(first.error());
  if (!*first) return tl::unexpected(std::string("undisturbed, the program runs for over 60 s"));
  const Ended& undisturbed = **first;
  if (undisturbed.status != 0) {
    return tl::unexpected("undisturbed, the program fails already, with status " +
                          std::to_string(undisturbed.status));
  }
  const auto took =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
  const auto limit = std::max(shortest_limit, took * slower_under_faults);
  const FaultSpecs specs = all_faults(undisturbed.targets);
  Tally tally;
  for (const FaultSpec& spec : specs) {
    if (tally.runs == most_runs) break;
    run.faults = {spec};
    const auto ended = run_separately(run, limit);
    if (!ended) return tl::unexpected(ended.error());
    std::printf("--fault %s: %s\n", to_text(spec).c_str(),
                verdict(*ended, undisturbed, tally).c_str());
    std::fflush(stdout);
  }
  std::printf("%zu of %zu faults: %zu lied, %zu hung, %zu killed\n", tally.runs, specs.size(),
              tally.lied, tally.hung, tally.killed);
  return tally.bad() ? exit_found : 0;
}

}  // namespace cttimeout::tools::wrapper
