// Differential: random sequences to the fake and to the real kernel, compared byte for byte.

#include <linux/netlink.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <string>

#include "cells.h"
#include "compare.h"
#include "draw_operations.h"
#include "message_view.h"
#include "rules.h"
#include "support/golden_file.h"
#include "support/machines.h"
#include "support/recording_ground.h"

namespace cttimeout::test {

namespace {

struct Options {
  std::string first = "fake:linux-6.18";
  std::string second = "real";
  std::uint64_t seed = 1;
  std::uint64_t sequences = 0;
  double seconds = 0;
  std::size_t operations = 500;
  std::uint64_t rules_every = 200;
  std::string golden = "difference.golden";
  bool coverage = false;
};

struct Totals {
  std::uint64_t sequences = 0;
  std::uint64_t operations = 0;
  std::uint64_t datagrams = 0;
  std::uint64_t requests = 0;  ///< the messages in them
  std::uint64_t reuses = 0;    ///< dumps that went on at reused memory

  void count(const Operations& played) {
    ++sequences;
    operations += played.size();
    for (const Operation& operation : played) {
      if (operation.act != Act::send) continue;
      ++datagrams;
      requests += message_count(operation.bytes);
    }
  }
};

/// The sequence of that number. Rules cost commands of the real kernel, so few have any.
Operations sequence(const Options& options, std::uint64_t number) {
  const bool rules = options.rules_every != 0 && number % options.rules_every == 0;
  return draw_operations(number, options.operations, rules);
}

std::string text(const Outcome& outcome) {
  std::string text = outcome.error != 0 ? "errno " + std::to_string(outcome.error) : "ok";
  text += ", " + std::to_string(outcome.number) + ' ' + std::to_string(outcome.more) + ' ' +
          std::to_string(outcome.address.port_id) + ':' + std::to_string(outcome.address.groups);
  if (outcome.group) text += ", group " + std::to_string(*outcome.group);
  return text + ", " + to_hex(outcome.bytes) + " \"" + outcome.text + '"';
}

/// Shrinks the difference, records it on the second machine and says how to see it again.
void report(const Options& options, std::uint64_t number, const Difference& difference,
            Machine& first, Machine& second, const Views& views) {
  std::cout << "at operation " << difference.at << "\n  first:  " << text(difference.first)
            << "\n  second: " << text(difference.second) << '\n';
  Comparison comparison(first, second, views);
  const Operations small = comparison.shrink(sequence(options, number));
  RecordingMachine recording(second);
  {
    Player player(recording.new_ground(), views);
    for (const Operation& operation : small) player.play(operation);
  }
  const std::string head = "A difference between " + first.description() + " and " +
                           second.description() + "; this is what the latter does.";
  std::cout << "DIFFERENT after " << small.size() << " operations:\n";
  for (const Step& step : recording.steps()) std::cout << "  " << step.text() << '\n';
  if (write_golden(options.golden, head, recording.steps())) {
    std::cout << "golden file: " << options.golden << '\n';
  }
  std::cout << "again: differential --first=" << options.first << " --second=" << options.second
            << " --seed=" << number << " --sequences=1 --operations=" << options.operations
            << " --rules-every=" << options.rules_every << '\n';
}

/// Whether `difference` may be memory that the real kernel has used again: the policy at which a
/// dump would go on was deleted, and a new one lies at its address (K-DUMP-11). Then the fake's
/// dump is over and that of the kernel goes on, but not when the sequence is played once more.
bool is_reused_memory(const Difference& difference) {
  const auto type_of = [](const Outcome& outcome) {
    return outcome.bytes.size() < NLMSG_HDRLEN ? 0 : int{read16(outcome.bytes, 4)};
  };
  return type_of(difference.first) == NLMSG_DONE && type_of(difference.second) >= NLMSG_MIN_TYPE;
}

/// True once time or the number of sequences is up.
bool enough(const Options& options, const Totals& totals,
            std::chrono::steady_clock::time_point start) {
  if (options.sequences != 0) return totals.sequences >= options.sequences;
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  return elapsed.count() >= options.seconds;
}

void print(const Totals& totals, double seconds) {
  std::cout << totals.sequences << " sequences, " << totals.operations << " operations, "
            << totals.datagrams << " datagrams, " << totals.requests << " requests, "
            << static_cast<std::uint64_t>(static_cast<double>(totals.requests) / seconds)
            << " requests a second\n";
}

/// What both machines show; says what is not compared.
Views shared_views(Machine& first, Machine& second) {
  Views shared = observe_views(*first.new_ground());
  const Views others = observe_views(*second.new_ground());
  for (const auto& [view, name] : {std::pair{&Views::rules, "rules that refer to policies"},
                                   std::pair{&Views::sysctls, "sysctls"},
                                   std::pair{&Views::socket_list, "whether a dump is pending"},
                                   std::pair{&Views::poll_errors, "POLLERR"}}) {
    shared.*view = shared.*view && others.*view;
    if (shared.*view) continue;
    std::cout << "not compared, as one of them does not show it: " << name << '\n';
  }
  return shared;
}

/// What a run has met, if it is to be told.
struct Coverage {
  Cells cells;
  Rules rules;

  void watch(const Operation& operation, const Outcome& outcome, Subject subject) {
    rules.watch(operation, outcome);
    if (operation.act == Act::send && outcome.error == 0) cells.sent(operation.bytes, subject);
    if (operation.act == Act::receive && outcome.error == 0 && outcome.address.port_id == 0) {
      cells.received(outcome.bytes);
    }
  }
};

/// Prints what was met; false if something that can be was not.
bool print(const Coverage& coverage) {
  std::cout << "cells (command, subject, errno):\n";
  coverage.cells.print(std::cout);
  std::cout << "rules:\n";
  coverage.rules.print(std::cout);
  bool all = true;
  for (const auto& missing : {coverage.cells.missing(), coverage.rules.missing()}) {
    for (const std::string& entry : missing) std::cout << "  NOT VISITED\t" << entry << '\n';
    all = all && missing.empty();
  }
  return all;
}

int compare(const Options& options, Machine& first, Machine& second) {
  const Views views = shared_views(first, second);
  Comparison comparison(first, second, views);
  Totals totals;
  Coverage coverage;
  const auto start = std::chrono::steady_clock::now();
  const Watcher watch = [&coverage](const auto&... what) { coverage.watch(what...); };
  while (!enough(options, totals, start)) {
    const std::uint64_t number = options.seed + totals.sequences;
    const Operations operations = sequence(options, number);
    coverage.cells.begin();
    const auto difference = comparison.play(operations, options.coverage ? watch : Watcher{});
    if (difference && is_reused_memory(*difference) && !comparison.play(operations)) {
      ++totals.reuses;
    } else if (difference) {
      report(options, number, *difference, first, second, views);
      return 1;
    }
    totals.count(operations);
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  print(totals, elapsed.count());
  if (totals.reuses != 0) {
    std::cout << "dumps that went on at memory used again, once each: " << totals.reuses << '\n';
  }
  if (options.coverage && !print(coverage)) return 1;
  std::cout << "no difference between " << first.description() << " and " << second.description()
            << ", seeds " << options.seed << " to " << options.seed + totals.sequences - 1 << '\n';
  return 0;
}

int run(const Options& options) {
  const auto first = open_machine(options.first);
  const auto second = open_machine(options.second);
  for (const auto* machine : {&first, &second}) {
    if (*machine) continue;
    std::cerr << machine->error().reason << '\n';
    return machine->error().missing && !kernel_required() ? 77 : 2;
  }
  return compare(options, **first, **second);
}

}  // namespace

}  // namespace cttimeout::test

int main(int argc, char** argv) {
  cttimeout::test::Options options;
  CLI::App app{"Plays random sequences to two kernels and compares every byte."};
  app.add_option("--first", options.first, "a kernel: fake:PROFILE or real")->capture_default_str();
  app.add_option("--second", options.second, "the other one")->capture_default_str();
  app.add_option("--seed", options.seed, "of the first sequence")->capture_default_str();
  app.add_option("--sequences", options.sequences, "how many; else --seconds");
  app.add_option("--seconds", options.seconds, "how long");
  app.add_option("--operations", options.operations, "in a sequence")->capture_default_str();
  app.add_option("--rules-every", options.rules_every,
                 "so many sequences one has rules that refer to policies; 0 is never")
      ->capture_default_str();
  app.add_option("--golden", options.golden, "where a difference is written")
      ->capture_default_str();
  app.add_flag("--coverage", options.coverage,
               "print which cells and rules were visited; all must be");
  CLI11_PARSE(app, argc, argv);
  return cttimeout::test::run(options);
}
