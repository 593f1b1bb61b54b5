// Runs the benchmarks; ends with status 1 if any contestant was refused.
#include <sys/utsname.h>

#include <fstream>
#include <iostream>
#include <string>

#include "grounds.h"
#include "registry.h"
#include "scenarios.h"
#include "support/machines.h"

namespace {

/// What the processor calls itself.
std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

int run(int argc, char** argv) {
  using namespace cttimeout;
  const auto missing = bench::open_real_kernel();
  if (missing) {
    std::cerr << "nothing on the real kernel: " << *missing << '\n';
    if (test::kernel_required()) return 1;
  }
  utsname system{};
  uname(&system);
  benchmark::AddCustomContext("cpu", processor());
  benchmark::AddCustomContext("kernel", system.release);
  benchmark::AddCustomContext("compiler", BENCH_COMPILER);
  bench::enter_codec_scenarios();
  bench::enter_bulk_scenarios(!missing);
  bench::enter_read_scenarios(!missing);
  bench::enter_flow_scenarios(!missing);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return bench::any_refused() ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
  }
}
