// Every golden file is a test of its own: played on a fresh ground, compared byte for byte.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "support/golden_file.h"
#include "support/golden_player.h"
#include "support/golden_set.h"
#include "support/machines.h"

namespace cttimeout::test {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<Machine> machine;

class GoldenTest : public testing::Test {
 public:
  explicit GoldenTest(fs::path path) : path_(std::move(path)) {}

 private:
  void TestBody() override {
    const auto recorded = read_golden(path_);
    ASSERT_TRUE(recorded) << recorded.error();
    const auto complaint = play(*recorded, *machine);
    EXPECT_FALSE(complaint) << path_.string() << ", played on " << machine->description() << ": "
                            << *complaint;
  }

  fs::path path_;
};

// Test names have no blanks and dots only between suite and test.
std::string test_name(const fs::path& path) {
  std::string name = path.stem().string();
  std::ranges::replace_if(
      name, [](char c) { return c == '.' || c == ' '; }, '_');
  return name;
}

/// A set is reduced, or a copy hides what a kernel changed.
class SetTest : public testing::Test {
 public:
  explicit SetTest(GoldenSet set) : set_(std::move(set)) {}

 private:
  void TestBody() override { EXPECT_EQ(set_.faults(), ""); }

  GoldenSet set_;
};

void register_golden_files(const GoldenSet& set) {
  testing::RegisterTest("GoldenSet", "RepeatsNoRecording", nullptr, nullptr, __FILE__, __LINE__,
                        [set]() -> testing::Test* { return new SetTest(set); });
  for (const std::string& name : set.names()) {
    const fs::path path = set.path(name);
    testing::RegisterTest("Golden", test_name(path).c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [path]() -> testing::Test* { return new GoldenTest(path); });
  }
}

/// The value of the last argument `--NAME=VALUE`, or `otherwise`.
std::string_view option(int argc, char** argv, std::string_view name, std::string_view otherwise) {
  for (const char* argument : std::span(argv, static_cast<std::size_t>(argc)).subspan(1)) {
    if (std::string_view(argument).starts_with(name)) {
      otherwise = std::string_view(argument).substr(name.size());
    }
  }
  return otherwise;
}

}  // namespace
}  // namespace cttimeout::test

int main(int argc, char** argv) {
  using namespace cttimeout::test;
  testing::InitGoogleTest(&argc, argv);
  auto opened = open_machine(option(argc, argv, "--kernel=", "fake:linux-6.18"));
  if (!opened) {
    std::fprintf(stderr, "%s\n", opened.error().reason.c_str());
    return 2;
  }
  machine = std::move(*opened);
  const auto set = GoldenSet::open(option(argc, argv, "--dir=", GOLDEN_DIR));
  if (!set) {
    std::fprintf(stderr, "%s\n", set.error().c_str());
    return 2;
  }
  register_golden_files(*set);
  return RUN_ALL_TESTS();
}
