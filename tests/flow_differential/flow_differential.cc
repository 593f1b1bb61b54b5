// Differential of flows: random packets to the fake and to the real kernel, compared one by one.
#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>

#include "compare.h"
#include "draw_sequence.h"
#include "support/machines.h"
#include "support/network_namespace.h"

namespace cttimeout::test {
namespace {

struct Options {
  std::string profile = "linux-6.18";
  std::uint64_t seed = 1;
  std::uint64_t sequences = 0;
  double seconds = 10;
  std::size_t length = 30;
  std::size_t pauses_every = 8;  ///< seconds; 0: never
};

constexpr double seconds_before_a_pause = 0.5;  // much less than the time that it tells apart
constexpr unsigned most_unrepeated = 3;
constexpr std::uint64_t sequences_to_a_flush = 10'000;

using Clock = std::chrono::steady_clock;

std::string text(const Act& act) {
  using Kind = Act::Kind;
  switch (act.kind) {
    case Kind::packet:
      return "packet " + to_hex(act.bytes);
    case Kind::set_timeout:
      return "timeout by hand: " + std::to_string(act.number) + " s";
    case Kind::remove_flow:
      return "flow removed";
    case Kind::write_sysctl:
      return "nf_conntrack_" + act.name + " = " + std::to_string(act.number);
    case Kind::set_policy:
      return "policy " + act.name + " of protocol " + std::to_string(act.protocol) + ": " +
             std::to_string(act.number) + " s and more";
    case Kind::delete_policy:
      return "policy " + act.name + " deleted";
    case Kind::set_default:
      return "default of protocol " + std::to_string(act.protocol) + ": " +
             std::to_string(act.number) + " s";
    case Kind::add_rule:
      return "rule added for protocol " + std::to_string(act.protocol);
    case Kind::delete_rule:
      return "rule deleted";
    case Kind::pause:
      return "pause";
  }
  return {};
}

class Campaign {
 public:
  Campaign(const Options& options, const KernelProfile& profile, FlowGround& fake,
           FlowGround& other)
      : options_(options), comparison_(profile, fake, other) {}

  int run() {
    const auto begin = Clock::now();
    auto next_pause = begin + std::chrono::seconds(1);  // by then the speed is known
    std::uint64_t number = options_.seed;
    const auto elapsed = [&] {
      return std::chrono::duration<double>(Clock::now() - begin).count();
    };
    const auto over = [&] {
      return options_.sequences != 0 ? number - options_.seed >= options_.sequences
                                     : elapsed() >= options_.seconds;
    };
    double paused = 0;
    const auto busy = [&] { return std::max(elapsed() - paused, 1e-3); };
    while (!over()) {
      const bool pauses = options_.pauses_every != 0 && Clock::now() >= next_pause;
      if (pauses) next_pause = Clock::now() + std::chrono::seconds(options_.pauses_every);
      const double half_sequences_a_second =
          static_cast<double>(number - options_.seed) * 2 / busy();
      const auto at_a_pause =
          static_cast<std::size_t>(half_sequences_a_second * seconds_before_a_pause) + 1;
      const std::size_t count = pauses ? at_a_pause : 1;
      if (!play(number, count, pauses)) return 1;
      number += count;
      if (pauses) paused += std::chrono::duration<double>(long_pause).count();
      if (number % sequences_to_a_flush < count) comparison_.flush_flows();
    }
    std::cout << number - options_.seed << " sequences, " << comparison_.packets() << " packets, "
              << static_cast<std::uint64_t>(static_cast<double>(comparison_.packets()) / busy())
              << " packets a second, 0 differences";
    if (unrepeated_ != 0) std::cout << ", " << unrepeated_ << " that were none when repeated";
    std::cout << '\n';
    return 0;
  }

 private:
  /// False, with a report, if the two do not agree.
  bool play(std::uint64_t number, std::size_t count, bool with_pause) {
    std::vector<Sequence> sequences;
    for (std::size_t i = 0; i < count; ++i) {
      sequences.push_back(draw_sequence(number + i, options_.length, with_pause));
    }
    const auto difference = comparison_.play(sequences);
    if (!difference) return true;
    // A machine that stood still for two seconds shows one that is none.
    comparison_.flush_flows();
    if (unrepeated_ < most_unrepeated && !comparison_.play(sequences)) {
      ++unrepeated_;
      return true;
    }
    report(number + difference->sequence, sequences[difference->sequence], *difference);
    return false;
  }

  void report(std::uint64_t number, const Sequence& sequence, const Difference& found) {
    std::cout << "DIFFERENT: sequence " << number << ", act " << found.act << "\n  fake  "
              << found.fake.text() << "\n  other " << found.other.text() << '\n';
    const Sequence small = comparison_.shrink(sequence);
    comparison_.flush_flows();
    const auto last = comparison_.play(std::span(&small, 1));
    std::cout << "the least that shows it, " << small.size() << " acts:\n";
    for (const Act& act : small) std::cout << "  " << text(act) << '\n';
    if (last) {
      std::cout << "  fake  " << last->fake.text() << "\n  other " << last->other.text() << '\n';
    } else {
      std::cout << "  alone it shows none\n";
    }
    std::cout << "again: flow_differential --profile=" << options_.profile << " --seed=" << number
              << " --sequences=1 --length=" << options_.length << '\n';
  }

  Options options_;
  Comparison comparison_;
  unsigned unrepeated_ = 0;
};

int play(const Options& options) {
  const KernelProfile* profile = find_profile(options.profile);
  if (profile == nullptr) {
    std::cerr << "no such profile: " << options.profile << '\n';
    return 2;
  }
  const auto refused = enter_own_user_namespace();
  const auto real = refused ? tl::unexpected(*refused) : real_flow_ground();
  if (!real) {
    std::cerr << "no real kernel to run on: " << real.error() << '\n';
    return kernel_required() ? 1 : 77;
  }
  const auto fake = fake_flow_ground(*profile);
  return Campaign(options, *profile, *fake, **real).run();
}

}  // namespace
}  // namespace cttimeout::test

int main(int argc, char** argv) {
  cttimeout::test::Options options;
  CLI::App app("Plays random packets to the fake and to the real kernel, and compares.");
  app.add_option("--profile", options.profile, "the kernel that the fake is")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "of the first sequence")->capture_default_str();
  app.add_option("--sequences", options.sequences, "how many, in place of --seconds");
  app.add_option("--seconds", options.seconds, "how long")->capture_default_str();
  app.add_option("--length", options.length, "acts of a sequence")->capture_default_str();
  app.add_option("--pauses-every", options.pauses_every, "seconds; 0 is never")
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return cttimeout::test::play(options);
}
