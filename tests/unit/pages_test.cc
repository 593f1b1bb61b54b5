// What the pages show is true: their programs are the compiled ones, their tables those of the
// code, and their links lead somewhere.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
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
  static const std::string text = read_file(SOURCE_DIR "/README.md");
  return text;
}

const std::string& reference() {
  static const std::string text = read_file(SOURCE_DIR "/docs/reference.md");
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

/// The rows of the reference's table whose first heading is `heading`, without the two heading
/// lines.
std::vector<std::string> table(const std::string& heading) {
  std::istringstream lines(reference().substr(reference().find("\n| " + heading + " |") + 1));
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
  const bool removed = protocol.versions.until != VersionRange{}.until;
  std::string row = "| `" + std::string(protocol.name) + "` | " + std::to_string(protocol.number) +
                    " | " + (removed ? "before " + text(protocol.versions.until) : "all") + " | ";
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
  ASSERT_EQ(blocks.size(), 3U);
  EXPECT_EQ(blocks[0], read_file(EXAMPLES_DIR "/quickstart.cc"));
  EXPECT_EQ(blocks[1], read_file(EXAMPLES_DIR "/test_with_fake.cc"));
  EXPECT_EQ(blocks[2], read_file(EXAMPLES_DIR "/test_flows.cc"));
}

TEST(Reference, TableOfProtocolsIsThatOfTheCode) {
  std::vector<std::string> expected;
  for (const Protocol& protocol : protocols) expected.push_back(protocol_row(protocol));
  EXPECT_EQ(table("Protocol"), expected);
}

TEST(Reference, TableOfProfilesIsThatOfTheCode) {
  std::vector<std::string> expected;
  for (const KernelProfile& profile : kernel_profiles) expected.push_back(profile_row(profile));
  EXPECT_EQ(table("Profile"), expected);
}

/// What `page` links to, but for other sites and places within itself.
std::vector<std::string> links_of(const std::string& page) {
  static const std::regex link(R"(\]\(([^)#: ]+)(#[^)]*)?\))");
  std::vector<std::string> links;
  for (std::sregex_iterator found(page.begin(), page.end(), link), end; found != end; ++found) {
    links.push_back((*found)[1]);
  }
  return links;
}

TEST(Pages, LinkToWhatIsThere) {
  std::size_t links = 0;
  for (const std::string folder :
       {"", "/bench", "/ci", "/docs", "/fake_kernel", "/integration", "/lib", "/tests", "/tools"}) {
    const std::filesystem::path root = SOURCE_DIR + folder;
    auto entry = std::filesystem::recursive_directory_iterator(root);
    for (; entry != std::filesystem::end(entry); ++entry) {
      if (folder.empty() && entry->is_directory()) entry.disable_recursion_pending();
      if (entry->path().extension() != ".md") continue;
      for (const std::string& link : links_of(read_file(entry->path()))) {
        EXPECT_TRUE(exists(entry->path().parent_path() / link)) << entry->path() << ": " << link;
        ++links;
      }
    }
  }
  EXPECT_GT(links, 40U);
}

}  // namespace
}  // namespace cttimeout
