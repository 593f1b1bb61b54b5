// Conformance: one binary for every kernel. --kernel=fake:PROFILE or real.
#include <gtest/gtest.h>

#include <cstdio>
#include <span>
#include <string_view>

#include "conformance.h"
#include "support/machines.h"

namespace cttimeout::test {
namespace {

constexpr const char* usage =
    "conformance [--kernel=KERNEL] [--golden=DIR] [--record=DIR] [--gtest_...]\n"
    "  --kernel=fake:PROFILE  a profile of the fake; fake:linux-6.18 is the default\n"
    "  --kernel=real          the running kernel, in network namespaces of its own\n"
    "  --golden=DIR           what each test does and sees must be what was recorded there\n"
    "  --record=DIR           write golden files, one a test; only from the real kernel\n";

struct Options {
  std::string_view kernel = "fake:linux-6.18";
  std::string_view golden = "";
  std::string_view record = "";
  bool malformed = false;
};

Options parse(std::span<char*> arguments) {
  Options options;
  const auto value = [](std::string_view argument, std::string_view name, std::string_view& to) {
    if (!argument.starts_with(name)) return false;
    to = argument.substr(name.size());
    return true;
  };
  for (const std::string_view argument : arguments) {
    const bool known = value(argument, "--kernel=", options.kernel) ||
                       value(argument, "--golden=", options.golden) ||
                       value(argument, "--record=", options.record);
    if (!known) options.malformed = true;
  }
  // A golden file is evidence of what a real kernel does.
  if (!options.record.empty() && options.kernel != "real") options.malformed = true;
  return options;
}

bool set_up(const Options& options) {
  auto machine = open_machine(options.kernel);
  if (machine) {
    session().machine = std::move(*machine);
    session().views = observe_views(*session().machine->new_ground());
  } else if (machine.error().missing) {
    session().missing = machine.error().reason;
  } else {
    std::fprintf(stderr, "%s\n", machine.error().reason.c_str());
    return false;
  }
  if (!options.record.empty()) session().record_to = options.record;
  if (options.golden.empty()) return true;
  const auto set = GoldenSet::open(options.golden);
  if (!set) {
    std::fprintf(stderr, "%s\n", set.error().c_str());
    return false;
  }
  session().recorded = *set;
  return true;
}

}  // namespace
}  // namespace cttimeout::test

int main(int argc, char** argv) {
  using namespace cttimeout::test;
  testing::InitGoogleTest(&argc, argv);
  const Options options = parse(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
  if (options.malformed) {
    std::fputs(usage, stderr);
    return 2;
  }
  return set_up(options) ? RUN_ALL_TESTS() : 2;
}
