// syscall_fuzz: random system calls under fake-kernel, compared with the real kernel.
#include <sched.h>
#include <sys/wait.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <sstream>

#include "canary.h"
#include "compare_scripts.h"
#include "endurance.h"
#include "murder.h"
#include "run.h"
#include "storm_figures.h"

namespace cttimeout::test {
namespace {

using Clock = std::chrono::steady_clock;

struct Arguments {
  Programs programs;
  std::uint64_t seed = 1;
  double seconds = 10;
  std::uint64_t operations = 300;
};

struct Totals {
  std::uint64_t scripts = 0;
  std::uint64_t operations = 0;
  std::uint64_t storms = 0;
  std::uint64_t kills = 0;
};

class Fuzz {
 public:
  explicit Fuzz(const Arguments& arguments)
      : arguments_(arguments), comparison_(arguments_.programs) {}

  /// The exit status.
  int run_all() {
    const std::string before = real_policies();
    const auto start = Clock::now();
    const std::chrono::duration<double> enough(arguments_.seconds);
    for (std::uint64_t seed = arguments_.seed; !wrong_ && Clock::now() - start < enough; ++seed) {
      one_seed(seed);
      if (real_policies() != before) say("the real kernel's policies have changed", seed, "");
      if (figures_.lost_too_much()) say("signals lose too much", seed, "");
    }
    print(std::chrono::duration<double>(Clock::now() - start).count());
    return wrong_ ? 1 : 0;
  }

 private:
  /// Takes turns: privileges, and the long runs among the short ones.
  void one_seed(std::uint64_t seed) {
    const Where where = nobody_ && seed % 2 == 0 ? Where::nobody : Where::fake;
    script(seed, where);
    if (!wrong_) storm(seed, seed % 8 == 0 ? Where::kernel : where);
    if (!wrong_) murder(seed, where);
    if (!wrong_ && seed % 20 == 0) endurance(seed, where);
  }

  void script(std::uint64_t seed, Where where) {
    ++totals_.scripts;
    totals_.operations += arguments_.operations;
    const auto difference = comparison_.compare(seed, arguments_.operations, where);
    if (difference) say(difference->text, seed, difference->again);
  }

  void storm(std::uint64_t seed, Where where) {
    ++totals_.storms;
    const std::string argument = "--seed=" + std::to_string(seed);
    const Ended ended = run(arguments_.programs, where, {"--storm", argument});
    const std::uint64_t lost_before = figures_.lost;
    std::istringstream lines(ended.output);
    for (std::string line; std::getline(lines, line);) figures_.add(line);
    const bool lost_natively = where == Where::kernel && figures_.lost > lost_before;
    std::string what = ended.output;
    if (ended.hung) what += "HUNG\n" + ended.doing;
    if (ended.left) what += "somebody is left behind ";
    if (lost_natively) what += "something was lost ";
    if (ended.hung || ended.left || lost_natively || ended.status != 0) {
      say(what + to_string(where), seed, "--storm " + argument);
    }
  }

  void murder(std::uint64_t seed, Where where) {
    ++totals_.kills;
    const std::string wrong = kill_at_random(arguments_.programs, where, seed);
    if (!wrong.empty()) say(wrong, seed, "");
  }

  void endurance(std::uint64_t seed, Where where) {
    const auto duration = std::chrono::seconds(static_cast<long>(arguments_.seconds / 20) + 1);
    const std::string wrong = endure(arguments_.programs, where, seed * 1000, duration, figures_);
    if (!wrong.empty()) say(wrong, seed, "--rounds --seed=" + std::to_string(seed * 1000));
  }

  void say(const std::string& what, std::uint64_t seed, const std::string& again) {
    wrong_ = true;
    std::cout << "WRONG: " << what << "\nagain: syscall_fuzz --seed=" << seed
              << " --player=" << arguments_.programs.player
              << " --fake-kernel=" << arguments_.programs.fake_kernel;
    if (!again.empty()) std::cout << "\n   or: fake-kernel -- syscall_player " << again;
    std::cout << std::endl;
  }

  void print(double seconds) const {
    std::cout << totals_.scripts << " scripts of " << arguments_.operations
              << " operations, compared with the kernel's; " << totals_.storms << " storms of "
              << figures_.calls << " calls, " << figures_.signals << " signals, "
              << figures_.children << " children, " << figures_.lost << " calls lost; "
              << totals_.kills << " kills; " << seconds << " s, "
              << static_cast<double>(2 * totals_.operations + figures_.calls) / seconds
              << " calls a second; " << (wrong_ ? "WRONG" : "nothing wrong") << ", seeds from "
              << arguments_.seed << std::endl;
  }

  const Arguments& arguments_;
  ScriptComparison comparison_;
  const bool nobody_ = may_be_nobody();
  Totals totals_;
  StormFigures figures_;  // of all storms, those of endurance too
  bool wrong_ = false;
};

}  // namespace
}  // namespace cttimeout::test

int main(int argc, char** argv) {
  cttimeout::test::Arguments arguments;
  CLI::App app{
      "Plays random system calls under fake-kernel, as root and as nobody, and compares. "
      "Run it in a network namespace of its own (ci/on-kernel)."};
  app.add_option("--player", arguments.programs.player, "the program that makes the calls")
      ->required();
  app.add_option("--fake-kernel", arguments.programs.fake_kernel, "what it runs under")->required();
  app.add_option("--seed", arguments.seed, "of the first script and storm")->capture_default_str();
  app.add_option("--seconds", arguments.seconds, "how long")->capture_default_str();
  app.add_option("--operations", arguments.operations, "in a script")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (!cttimeout::test::set_canary()) return 2;
  return cttimeout::test::Fuzz(arguments).run_all();
}
