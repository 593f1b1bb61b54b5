// What the README shows is true: its programs are the compiled ones, its tables those of the code.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "cttimeout/kernel_profile.h"
#include "cttimeout/protocol.h"

namespace cttimeout {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const std::string& readme() {
  static const std::string text = read_file(README_PATH);
  return text;
}

/// Everything between ```cpp and ```, in order.
std::vector<std::string> cpp_blocks() {
  constexpr std::string_view open = "```cpp\n";
  std::vector<std::string> blocks;
  for (std::size_t at = readme().find(open); at != std::string::npos;) {
    const std::size_t start = at + open.size();
    const std::size_t end = readme().find("```\n", start);
    blocks.push_back(readme().substr(start, end - start));
    at = readme().find(open, end);
  }
  return blocks;
}

/// The rows of the table whose first heading is `heading`, without the two heading lines.
std::vector<std::string> table(const std::string& heading) {
  std::istringstream lines(readme().substr(readme().find("\n| " + heading + " |") + 1));
  std::vector<std::string> rows;
  for (std::string line; std::getline(lines, line) && line.starts_with('|');) rows.push_back(line);
  EXPECT_GE(rows.size(), 2U) << "no table " << heading;
  if (rows.size() >= 2) rows.erase(rows.begin(), rows.begin() + 2);
  return rows;
}

std::string text(KernelVersion version) {
  return std::to_string(version.major) + '.' + std::to_string(version.minor);
}

std::string protocol_row(const Protocol& protocol) {
  const bool removed = protocol.lifetime.until != Lifetime{}.until;
  std::string row = "| `" + std::string(protocol.name) + "` | " + std::to_string(protocol.number) +
                    " | " + (removed ? "before " + text(protocol.lifetime.until) : "all") + " | ";
  for (const Slot& slot : protocol.slots) {
    std::string name(slot.name);
    std::ranges::transform(name, name.begin(), [](unsigned char byte) {
      return static_cast<char>(std::tolower(byte));
    });
    row += (slot.number == 1 ? "`" : ", `") + name + "` " + std::to_string(slot.default_s);
  }
  return row + " |";
}

std::string profile_row(const KernelProfile& profile) {
  return "| `" + std::string(profile.name) + "` | " + text(profile.version) + " | " +
         std::to_string(profile.hz) + " | " + (profile.verified ? "recorded" : "documented") + " |";
}

TEST(Readme, ProgramsAreThoseThatAreCompiled) {
  const std::vector<std::string> blocks = cpp_blocks();
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0], read_file(EXAMPLES_DIR "/quickstart.cc"));
  EXPECT_EQ(blocks[1], read_file(EXAMPLES_DIR "/test_with_fake.cc"));
}

TEST(Readme, TableOfProtocolsIsThatOfTheCode) {
  std::vector<std::string> expected;
  for (const Protocol& protocol : protocols) expected.push_back(protocol_row(protocol));
  EXPECT_EQ(table("Protocol"), expected);
}

TEST(Readme, TableOfProfilesIsThatOfTheCode) {
  std::vector<std::string> expected;
  for (const KernelProfile& profile : kernel_profiles) expected.push_back(profile_row(profile));
  EXPECT_EQ(table("Profile"), expected);
}

}  // namespace
}  // namespace cttimeout
