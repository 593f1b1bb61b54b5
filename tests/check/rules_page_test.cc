// RULES.md against the table of rules: the same rows, and examples that do what they say.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "rule_examples.h"

namespace cttimeout::tools::check {

void PrintTo(const Rule& rule, std::ostream* out) {
  *out << rule.id;
}

namespace {

/// With every run of blanks and newlines made one blank.
std::string flowed(const std::string& text) {
  std::istringstream words(text);
  std::string result;
  for (std::string word; words >> word;) result += (result.empty() ? "" : " ") + word;
  return result;
}

std::string head_of(const Rule& rule) {
  return "## " + std::string(rule.id) + ": " + std::string(rule.title) + " *" +
         std::string(to_string(rule.severity)) + ".* " + std::string(rule.explanation) + " ```";
}

class RuleExamples : public testing::TestWithParam<Rule> {};

TEST_P(RuleExamples, StandOnThePageUnderTheRowOfTheTable) {
  const RuleExample* const example = find_example(GetParam().id);
  ASSERT_NE(example, nullptr);
  const std::string section = flowed(example->section);
  EXPECT_TRUE(section.starts_with(head_of(GetParam()))) << section << "\n" << head_of(GetParam());
}

TEST_P(RuleExamples, BreakThatRuleAloneAndNone) {
  const RuleExample* const example = find_example(GetParam().id);
  ASSERT_NE(example, nullptr);
  EXPECT_EQ(broken_by(example->wrong), std::vector{std::string(GetParam().id)});
  EXPECT_EQ(broken_by(example->right), std::vector<std::string>{});
  EXPECT_FALSE(example->right.empty());
}

INSTANTIATE_TEST_SUITE_P(Each, RuleExamples, testing::ValuesIn(rules), [](const auto& info) {
  std::string name(info.param.id);
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(RulesPage, HasTheRulesInTheOrderOfTheTable) {
  std::vector<std::string> on_page;
  for (const RuleExample& example : rule_examples()) on_page.push_back(example.id);
  std::vector<std::string> in_table;
  for (const Rule& rule : rules) in_table.emplace_back(rule.id);
  EXPECT_EQ(on_page, in_table);
}

TEST(RulesPage, GivesEachRuleAnIdOfItsOwn) {
  for (const Rule& rule : rules) {
    EXPECT_EQ(std::ranges::count(rules, rule.id, &Rule::id), 1) << rule.id;
  }
}

}  // namespace
}  // namespace cttimeout::tools::check
