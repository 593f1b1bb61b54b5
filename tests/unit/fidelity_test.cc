// FIDELITY.md against the tests: every rule it calls exact is cited by the test it names, and no
// test cites a rule that it does not list.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace cttimeout::test {
namespace {

const std::filesystem::path tests_dir = TESTS_DIR;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Row {
  std::string rule;
  std::string likeness;
  std::string proof;
};

std::vector<Row> ledger() {
  const std::string text = text_of(FIDELITY_PATH);
  const std::regex row(R"(\| (K-[A-Z]+(?:-\d+)?) \| (\w+) \| [^|]* \| ([^|]*) \|)");
  std::vector<Row> rows;
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
    rows.push_back({(*at)[1], (*at)[2], (*at)[3]});
  }
  return rows;
}

/// Rules a test cites; "K-DSET-4/5" cites two.
std::set<std::string> cited_in(const std::string& text) {
  const std::regex citation(R"((K-[A-Z]+-)(\d+(?:/\d+)*))");
  std::set<std::string> rules;
  for (std::sregex_iterator at(text.begin(), text.end(), citation), end; at != end; ++at) {
    const std::string numbers = (*at)[2];
    const std::regex number(R"(\d+)");
    for (std::sregex_iterator n(numbers.begin(), numbers.end(), number); n != end; ++n) {
      rules.insert((*at)[1].str() + n->str());
    }
  }
  return rules;
}

TEST(Fidelity, NamesATestForEveryRuleThatIsNotAbsent) {
  const auto rows = ledger();
  ASSERT_GT(rows.size(), 100U);
  const std::regex file(R"(`([^`]+)`)");
  for (const auto& [rule, likeness, proof] : rows) {
    ASSERT_TRUE(likeness == "exact" || likeness == "approximated" || likeness == "read" ||
                likeness == "absent")
        << rule;
    if (likeness == "absent") continue;
    std::sregex_iterator at(proof.begin(), proof.end(), file);
    EXPECT_NE(at, std::sregex_iterator()) << rule << " names no test";
    for (; at != std::sregex_iterator(); ++at) {
      EXPECT_TRUE(cited_in(text_of(tests_dir / (*at)[1].str())).contains(rule))
          << rule << " is not cited by " << (*at)[1];
    }
  }
}

TEST(Fidelity, ListsEveryRuleThatATestCites) {
  std::set<std::string> listed;
  for (const Row& row : ledger()) listed.insert(row.rule);
  for (const auto& entry : std::filesystem::directory_iterator(tests_dir / "conformance")) {
    for (const std::string& rule : cited_in(text_of(entry.path()))) {
      EXPECT_TRUE(listed.contains(rule)) << rule << ", cited by " << entry.path().filename();
    }
  }
}

}  // namespace
}  // namespace cttimeout::test
