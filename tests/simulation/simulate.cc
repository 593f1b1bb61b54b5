// Simulations from one seed on: many clients, many faults, no real time.

#include <CLI/CLI.hpp>
#include <charconv>
#include <chrono>
#include <iomanip>
#include <iostream>

#include "simulation/simulation.h"
#include "support/golden_file.h"

namespace cttimeout::test {

namespace {

struct Arguments {
  std::string seed = "1";
  std::uint64_t runs = 1;
  double seconds = 0;
  std::uint64_t operations = 3000;
  std::string golden = "simulation.golden";
};

struct Totals {
  std::uint64_t runs = 0;
  std::uint64_t operations = 0;
  std::uint64_t faults = 0;
  std::chrono::milliseconds waited{0};

  void add(const Report& report) {
    ++runs;
    operations += report.operations;
    faults += report.faults;
    waited += report.waited;
  }
};

/// A decimal number as it is; any other text, as that of a commit, by its hash (FNV-1a).
std::uint64_t seed_of(const std::string& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  number = 0xcbf29ce484222325;
  for (const char byte : text) number = (number ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return number;
}

/// Plays the failed run again, this time on record.
void report_failure(const Arguments& arguments, std::uint64_t seed, const Report& failed) {
  const Report again = simulate(seed, arguments.operations, true);
  std::cout << "WRONG in operation " << failed.operations << ": " << failed.complaint << '\n';
  if (again.complaint != failed.complaint) std::cout << "on record: " << again.complaint << '\n';
  const std::string head = "Simulation of seed " + std::to_string(seed) + ": " + failed.complaint +
                           '\n' + to_string(failed.options);
  if (write_golden(arguments.golden, head, again.steps)) {
    std::cout << "golden file: " << arguments.golden << '\n';
  }
  std::cout << "again: simulate --seed=" << seed << " --operations=" << arguments.operations
            << '\n';
}

void print(const Totals& totals, double seconds) {
  const double virtual_seconds = std::chrono::duration<double>(totals.waited).count();
  std::cout << std::fixed << std::setprecision(0) << totals.runs << " simulations, "
            << totals.operations << " operations, " << totals.faults << " faults, "
            << virtual_seconds << " s of virtual time in " << std::setprecision(1) << seconds
            << " s: " << std::setprecision(0) << virtual_seconds / seconds << " x real time, "
            << static_cast<double>(totals.operations) / seconds << " operations a second\n";
}

int run(const Arguments& arguments) {
  const std::uint64_t first = seed_of(arguments.seed);
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [start] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  const auto enough = [&](std::uint64_t runs) {
    return arguments.seconds > 0 ? elapsed() >= arguments.seconds : runs >= arguments.runs;
  };
  Totals totals;
  while (!enough(totals.runs)) {
    const std::uint64_t seed = first + totals.runs;
    const Report report = simulate(seed, arguments.operations, false);
    const bool single = arguments.seconds <= 0 && arguments.runs == 1;
    if (single || !report.complaint.empty()) {
      std::cout << "seed " << seed << ": " << to_string(report.options) << '\n';
    }
    totals.add(report);
    if (report.complaint.empty()) continue;
    report_failure(arguments, seed, report);
    return 1;
  }
  print(totals, elapsed());
  std::cout << "nothing wrong, seeds " << first << " to " << first + totals.runs - 1 << '\n';
  return 0;
}

}  // namespace

}  // namespace cttimeout::test

int main(int argc, char** argv) {
  cttimeout::test::Arguments arguments;
  CLI::App app{"Simulates clients of a fake kernel under faults and checks every result."};
  app.add_option("--seed", arguments.seed, "of the first run: a number or any text")
      ->capture_default_str();
  app.add_option("--runs", arguments.runs, "how many, each with the next seed")
      ->capture_default_str();
  app.add_option("--seconds", arguments.seconds, "how long; then --runs does not matter");
  app.add_option("--operations", arguments.operations, "in a run")->capture_default_str();
  app.add_option("--golden", arguments.golden, "where the exchanges of a failed run are written")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return cttimeout::test::run(arguments);
}
