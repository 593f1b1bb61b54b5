// Names of benchmarks, and the refusal to time what is wrong.
#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <string>
#include <string_view>

namespace cttimeout::bench {

/// Registers "SCENARIO/GROUND/CONTESTANT". Times are processor time of the calling thread, in
/// nanoseconds: what else the machine does is left out as far as it can be.
benchmark::internal::Benchmark* enter(std::string_view scenario, std::string_view ground,
                                      std::string_view contestant,
                                      std::function<void(benchmark::State&)> run);

/// Processor time of the calling thread, in nanoseconds.
[[nodiscard]] double thread_time();

/// Ends a benchmark before it is timed: its contestant does not do what ours does. The program
/// then ends with status 1.
void refuse(benchmark::State& state, const std::string& why);

/// Whether any benchmark was refused.
[[nodiscard]] bool any_refused();

}  // namespace cttimeout::bench
