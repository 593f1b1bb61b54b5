// Storm: threads, signals and children at once; what must hold all the same is checked.
#include "storm.h"

#include <sched.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <set>
#include <thread>

#include "children.h"
#include "requester.h"
#include "torment.h"

namespace cttimeout::test {
namespace {

struct Options {
  unsigned threads = 1;
  unsigned requests = 1;
  bool own_tables = false;  ///< each thread has a descriptor table of its own
  unsigned child_percent = 0;
  TormentOptions torment;
};

Options draw_options(Random& random) {
  Options options;
  options.threads = random.of<unsigned>({1, 2, 3, 8});
  options.requests = random.of<unsigned>({20, 60, 200});
  options.own_tables = random.chance(1, 4);
  options.child_percent = random.of<unsigned>({0, 2, 10});
  options.torment = {.restarts = random.chance(1, 2),
                     .pause_us = random.of<unsigned>({300, 1000, 5000}),
                     .to_process = random.chance(2, 3),
                     .to_threads = random.chance(2, 3),
                     .timer = random.chance(1, 2),
                     .stops = random.chance(1, 4)};
  return options;
}

/// One thread of a storm.
void work(const Options& options, unsigned number, std::uint64_t seed, Torment& torment,
          Verdict& verdict, Figures& figures, std::vector<std::string>& policies) {
  Random random(seed);
  if (options.own_tables && unshare(CLONE_FILES) != 0) verdict.wrong("no table of its own");
  torment.join();
  {
    Requester requester("t" + std::to_string(number) + "_", seed + 1, verdict, figures);
    for (unsigned i = 0; i < options.requests && !verdict.any(); ++i) {
      requester.request();
      if (random.chance(1, 30)) requester.wait_in_vain();
      if (random.chance(options.child_percent, 100)) {
        run_child(static_cast<unsigned>(random.below(kinds_of_children)), requester.socket(),
                  random.between(1, 1U << 30), verdict, figures);
      }
    }
    policies = requester.policies();
  }
  torment.forget();
}

/// Those of threads; children's are not counted.
bool is_of_thread(const std::string& name) {
  return name.starts_with('t');
}

void check_list(Requester& requester, std::vector<std::string> expected, Verdict& verdict) {
  std::vector<std::string> listed = requester.list();
  std::erase_if(listed, [](const std::string& name) { return !is_of_thread(name); });
  std::ranges::sort(listed);
  std::ranges::sort(expected);
  if (listed == expected) return;
  std::vector<std::string> odd;
  std::ranges::set_symmetric_difference(listed, expected, std::back_inserter(odd));
  verdict.wrong(std::to_string(expected.size()) + " policies were acknowledged, " +
                std::to_string(listed.size()) + " are listed; one of the others is " +
                (odd.empty() ? "none" : odd.front()));
}

}  // namespace

int play_storm(std::uint64_t seed) {
  Random random(seed);
  const Options options = draw_options(random);
  Verdict verdict;
  Figures figures;
  std::vector<std::vector<std::string>> policies(options.threads);
  Requester("first", seed, verdict, figures).flush();
  {
    Torment torment(options.torment, random.between(1, 1U << 30), verdict);
    std::vector<std::thread> threads;
    for (unsigned number = 0; number < options.threads; ++number) {
      threads.emplace_back(work, std::cref(options), number, random.between(1, 1U << 30),
                           std::ref(torment), std::ref(verdict), std::ref(figures),
                           std::ref(policies[number]));
    }
    for (std::thread& thread : threads) thread.join();
    figures.signals = torment.sent();
  }
  std::vector<std::string> expected;
  for (const auto& some : policies) expected.insert(expected.end(), some.begin(), some.end());
  Requester last("last", seed, verdict, figures);
  if (!verdict.any()) check_list(last, expected, verdict);
  last.flush();
  std::cout << "calls " << figures.calls << " signals " << figures.signals << " children "
            << figures.children << " lost " << figures.lost << '\n';
  return verdict.any() ? 1 : 0;
}

}  // namespace cttimeout::test
