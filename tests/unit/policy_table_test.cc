// The fake's policy table against a simple model: order, lookup, keys, a million policies.

#include "policy_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>

#include "random_policy.h"

namespace cttimeout::test {
namespace {

StoredPolicy named(std::string_view name) {
  StoredPolicy policy;
  policy.name = PolicyName(name);
  return policy;
}

std::vector<std::string> names_of(const PolicyTable& table) {
  std::vector<std::string> names;
  for (auto at = table.first(); at != PolicyTable::end; at = table.next(at)) {
    const PolicyName& name = table[at].name;
    names.emplace_back(name.bytes.data(), name.size);
  }
  return names;
}

TEST(PolicyTable, KeepsTheOrderOfCreation) {
  PolicyTable table;
  table.append(named("b"));
  const auto a = table.append(named("a"));
  table.append(named("c"));
  EXPECT_EQ(names_of(table), (std::vector<std::string>{"b", "a", "c"}));
  table.erase(a);
  table.append(named("a"));
  EXPECT_EQ(names_of(table), (std::vector<std::string>{"b", "c", "a"}));
}

TEST(PolicyTable, FindsExactNamesOnly) {
  PolicyTable table;
  const auto index = table.append(named("web"));
  EXPECT_EQ(table.find(PolicyName("web")), index);
  EXPECT_EQ(table.find(PolicyName("we")), std::nullopt);
  EXPECT_EQ(table.find(PolicyName("webx")), std::nullopt);
  EXPECT_EQ(table.find(PolicyName("WEB")), std::nullopt);
  EXPECT_EQ(table.find(PolicyName("")), std::nullopt);
}

TEST(PolicyTable, KeysOutliveNeitherTheirPolicyNorItsName) {
  PolicyTable table;
  const auto first = table.append(named("web"));
  const PolicyKey key = table.key(first);
  EXPECT_TRUE(table.alive(key));
  table.erase(first);
  EXPECT_FALSE(table.alive(key));
  EXPECT_EQ(table.append(named("web")), first);  // the same memory, another policy
  EXPECT_FALSE(table.alive(key));
}

TEST(PolicyTable, AgreesWithAModelUnderRandomChanges) {
  std::mt19937 generator = seeded_generator();
  PolicyTable table;
  std::list<std::string> model;
  for (int round = 0; round < 20000; ++round) {
    const std::string name = "p" + std::to_string(draw<unsigned>(generator, 0, 300));
    const auto found = std::ranges::find(model, name);
    const auto index = table.find(PolicyName(name));
    ASSERT_EQ(index.has_value(), found != model.end());
    if (index) {
      table.erase(*index);
      model.erase(found);
    } else {
      table.append(named(name));
      model.push_back(name);
    }
    ASSERT_EQ(table.size(), model.size());
    if (round % 100 == 0) {
      ASSERT_TRUE(std::ranges::equal(names_of(table), model));
    }
  }
}

TEST(PolicyTable, HoldsAMillionPolicies) {
  constexpr int many = 1'000'000;
  PolicyTable table;
  for (int i = 0; i < many; ++i) table.append(named(std::to_string(i)));
  EXPECT_EQ(table.size(), static_cast<std::size_t>(many));
  for (int i = 0; i < many; ++i) ASSERT_TRUE(table.find(PolicyName(std::to_string(i)))) << i;
  for (int i = 0; i < many; i += 2) table.erase(*table.find(PolicyName(std::to_string(i))));
  for (int i = 0; i < many; ++i) {
    ASSERT_EQ(table.find(PolicyName(std::to_string(i))).has_value(), i % 2 == 1) << i;
  }
}

}  // namespace
}  // namespace cttimeout::test
