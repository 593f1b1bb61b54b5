// Both libraries side by side: each difference is played on either, in a process of its own.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "difference.h"

namespace cttimeout::test {

// Under the name that gtest looks for.
void PrintTo(const Difference& difference, std::ostream* out) {
  *out << difference.id;
}

namespace {

/// What a command prints, standard error included, or the name of the signal that ended it.
std::string outcome(const std::string& command) {
  std::FILE* pipe = popen(("exec " + command + " 2>&1").c_str(), "re");
  if (pipe == nullptr) return "no shell";
  std::string output;
  std::array<char, 4096> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) output += part.data();
  const int status = pclose(pipe);
  if (WIFSIGNALED(status)) return "SIG" + std::string(sigabbrev_np(WTERMSIG(status)));
  if (status != 0) output += "\nstatus " + std::to_string(WEXITSTATUS(status));
  return output;
}

class CompatDifference : public testing::TestWithParam<Difference> {
 protected:
  static std::string play(const char* player, const char* library) {
    return outcome(std::string(player) + ' ' + library + ' ' + std::string(GetParam().id));
  }
};

TEST_P(CompatDifference, IsSeenInTheOldLibrary) {
  EXPECT_EQ(play(PLAY, OLD_LIBRARY), GetParam().theirs);
}

TEST_P(CompatDifference, IsAsDocumentedInOurs) {
  EXPECT_EQ(play(PLAY_OURS, OUR_LIBRARY), GetParam().ours);
}

INSTANTIATE_TEST_SUITE_P(Compat, CompatDifference, testing::ValuesIn(all_differences()),
                         [](const auto& instance) {
                           std::string name(instance.param.id);
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(CompatDifferences, AreAllInTheDocument) {
  std::ifstream file(DOCUMENT);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::regex row(R"(\n\| `([a-z0-9-]+)` \|)");
  std::vector<std::string> ids;
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
    ids.push_back((*at)[1]);
  }
  std::set<std::string> tested;
  for (const Difference& difference : all_differences()) tested.emplace(difference.id);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()), tested);
}

}  // namespace
}  // namespace cttimeout::test
