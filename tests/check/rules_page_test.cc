// RULES.md is as rules.h says, and its examples do what they say.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "rule_examples.h"
#include "rules_page.h"

namespace cttimeout::tools::check {

void PrintTo(const Rule& rule, std::ostream* out) {
  *out << rule.id;
}

namespace {

class RuleExamples : public testing::TestWithParam<Rule> {};

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

TEST(RulesPage, IsAsItIsGenerated) {
  std::ifstream file(RULES_PATH);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(page, rules_page(page)) << "build/release/tests/check/write_rules_page generates it";
}

TEST(RulesPage, GivesEachRuleAnIdOfItsOwn) {
  for (const Rule& rule : rules) {
    EXPECT_EQ(std::ranges::count(rules, rule.id, &Rule::id), 1) << rule.id;
  }
}

}  // namespace
}  // namespace cttimeout::tools::check
