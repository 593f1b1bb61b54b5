// Differential: random sequences of calls to both libraries, every result and every byte compared.

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <vector>

#include "draw_call.h"
#include "old_object.h"

namespace cttimeout::test {

namespace {

struct Options {
  std::string theirs = OLD_LIBRARY;
  std::string ours = OUR_LIBRARY;
  std::uint64_t seed = 1;
  std::uint64_t sequences = 10000;
  std::size_t calls = 40;
};

/// An object of either library, to which the same is done.
struct Pair {
  Object theirs;
  Object ours;
  OldObject old = {};
};

struct Step {
  std::size_t object;
  Call call;
};

struct Totals {
  std::uint64_t calls = 0;
  std::map<std::string_view, std::uint64_t> documented;
};

class Comparison {
 public:
  Comparison(const Library& theirs, const Library& ours) : theirs_(theirs), ours_(ours) {}

  /// Plays one sequence; false if it shows a difference that is not documented.
  bool play(std::uint64_t seed, std::size_t calls) {
    Random random(seed);
    std::vector<Pair> pairs;
    while (pairs.size() < 2) pairs.push_back(new_pair());
    steps_.clear();
    Bytes built;
    for (std::size_t i = 0; i < calls; ++i) {
      const std::size_t object = random.below(pairs.size());
      Call call = draw_call(random, built);
      if (!pairs[object].old.survives(call)) continue;
      steps_.push_back({object, std::move(call)});
      if (!step(pairs[object], built)) return false;
    }
    return true;
  }

  void print_difference(std::ostream& out) const {
    for (const auto& [object, call] : steps_)
      out << "  " << object << ": " << to_text(call) << '\n';
    out << "theirs: " << to_text(seen_theirs_) << "\nours:   " << to_text(seen_ours_) << '\n';
  }

  [[nodiscard]] const Totals& totals() const { return totals_; }

 private:
  [[nodiscard]] Pair new_pair() const { return {new_object(theirs_), new_object(ours_)}; }

  /// The last of steps_.
  bool step(Pair& pair, Bytes& built) {
    const Call& call = steps_.back().call;
    const auto documented = pair.old.may_differ(call);
    seen_theirs_ = test::play(theirs_, pair.theirs, call);
    seen_ours_ = test::play(ours_, pair.ours, call);
    pair.old.play(call);
    ++totals_.calls;
    if (documented) {
      ++totals_.documented[*documented];
      pair = new_pair();
      return true;
    }
    if (call.what == What::build) {
      built = characters(seen_ours_.bytes.substr(0, static_cast<std::size_t>(seen_ours_.result)));
    }
    return seen_theirs_ == seen_ours_;
  }

  const Library& theirs_;
  const Library& ours_;
  std::vector<Step> steps_;
  Seen seen_theirs_;
  Seen seen_ours_;
  Totals totals_;
};

bool is_documented(std::string_view id) {
  std::ifstream file(DOCUMENT);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.find("\n| `" + std::string(id) + "` |") != std::string::npos;
}

int run(const Options& options) {
  const Library theirs = open_library(options.theirs);
  const Library ours = open_library(options.ours);
  Comparison comparison(theirs, ours);
  for (std::uint64_t i = 0; i < options.sequences; ++i) {
    if (comparison.play(options.seed + i, options.calls)) continue;
    std::cout << "DIFFERENT in sequence " << options.seed + i << ":\n";
    comparison.print_difference(std::cout);
    std::cout << "again: compat_differential --seed=" << options.seed + i
              << " --sequences=1 --calls=" << options.calls << '\n';
    return 1;
  }
  for (const auto& [id, count] : comparison.totals().documented) {
    if (is_documented(id)) continue;
    std::cout << id << " is not in " << DOCUMENT << '\n';
    return 1;
  }
  std::cout << options.sequences << " sequences, " << comparison.totals().calls
            << " calls; where a documented difference may show:\n";
  for (const auto& [id, count] : comparison.totals().documented) {
    std::cout << "  " << id << ' ' << count << '\n';
  }
  std::cout << "no other difference, seeds " << options.seed << " to "
            << options.seed + options.sequences - 1 << '\n';
  return 0;
}

}  // namespace

}  // namespace cttimeout::test

int main(int argc, char** argv) {
  cttimeout::test::Options options;
  CLI::App app{"Plays random sequences of calls to both libraries and compares."};
  app.add_option("--theirs", options.theirs, "libnetfilter_cttimeout 1.0.1")->capture_default_str();
  app.add_option("--ours", options.ours, "the library that replaces it")->capture_default_str();
  app.add_option("--seed", options.seed, "of the first sequence")->capture_default_str();
  app.add_option("--sequences", options.sequences, "how many")->capture_default_str();
  app.add_option("--calls", options.calls, "in a sequence, at most")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return cttimeout::test::run(options);
}
