// What includes what: the rooms of docs/architecture.md know each other in one direction only.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>

namespace cttimeout {
namespace {

using Names = std::set<std::string>;

/// What the sources of a folder include in quotation marks.
Names includes_of(const std::string& folder) {
  static const std::regex include(R"(^#include "([^"]+)\")");
  Names names;
  const std::filesystem::path root = SOURCE_DIR "/" + folder;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const auto extension = entry.path().extension();
    if (extension != ".cc" && extension != ".h") continue;
    std::ifstream file(entry.path());
    std::smatch found;
    for (std::string line; std::getline(file, line);) {
      if (std::regex_search(line, found, include)) names.insert(found[1]);
    }
  }
  EXPECT_FALSE(names.empty()) << folder;
  return names;
}

/// Of those, what is a file of another folder.
Names includes_from(const std::string& folder, const std::string& other) {
  Names names;
  for (const std::string& name : includes_of(folder)) {
    if (exists(std::filesystem::path(SOURCE_DIR "/" + other) / name)) names.insert(name);
  }
  return names;
}

Names with_prefix(const Names& names, const std::string& prefix) {
  Names chosen;
  for (const std::string& name : names) {
    if (name.starts_with(prefix)) chosen.insert(name);
  }
  return chosen;
}

TEST(Layers, OfTheFakeKnowOnlyThoseBelowThem) {
  constexpr std::array storeys{"core", "netlink", "nfnetlink", "cttimeout", "conntrack"};
  for (std::size_t lower = 0; lower < storeys.size(); ++lower) {
    const std::string folder = std::string("fake_kernel/src/") + storeys[lower];
    const Names inside = includes_from(folder, "fake_kernel/src");
    EXPECT_EQ(inside.contains("host.h"), false) << storeys[lower];
    for (std::size_t higher = lower + 1; higher < storeys.size(); ++higher) {
      EXPECT_EQ(with_prefix(inside, std::string(storeys[higher]) + '/'), Names{})
          << storeys[lower] << " knows " << storeys[higher];
    }
  }
}

TEST(Layers, OfTheFakeTakeFactsAndTheSeamOfTheLibraryAlone) {
  Names used = includes_from("fake_kernel", "lib/include");
  for (const char* name : {"error.h", "protocol.h", "result.h", "transport.h"}) {
    used.erase(std::string("cttimeout/") + name);
  }
  EXPECT_EQ(used, Names{});
}

TEST(Layers, OfTheLibraryDoNotKnowTheFake) {
  EXPECT_EQ(includes_from("lib", "fake_kernel/include"), Names{});
}

}  // namespace
}  // namespace cttimeout
