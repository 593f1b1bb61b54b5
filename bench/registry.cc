// Names of benchmarks, and the refusal to time what is wrong.
#include "registry.h"

#include <ctime>
#include <utility>

namespace cttimeout::bench {
namespace {

bool refused = false;

}  // namespace

benchmark::internal::Benchmark* enter(std::string_view scenario, std::string_view ground,
                                      std::string_view contestant,
                                      std::function<void(benchmark::State&)> run) {
  std::string name(scenario);
  name.append("/").append(ground).append("/").append(contestant);
  return benchmark::RegisterBenchmark(name.c_str(), std::move(run));
}

double thread_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e9 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec);
}

void refuse(benchmark::State& state, const std::string& why) {
  refused = true;
  state.SkipWithError(why.c_str());
}

bool any_refused() {
  return refused;
}

}  // namespace cttimeout::bench
