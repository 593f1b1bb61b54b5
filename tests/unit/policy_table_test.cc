// The fake's policy table against a simple model: order, lookup, shared policies, a million of
// them.

#include "cttimeout/policy_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <string>
#include <vector>

#include "random_policy.h"

namespace cttimeout::test {
namespace {

using fake::Policy;
using fake::PolicyName;
using fake::PolicyTable;

std::shared_ptr<fake::Policy> named(std::string_view name) {
  auto policy = std::make_shared<fake::Policy>();
  policy->name = PolicyName(name);
  return policy;
}

std::vector<std::string> names_of(const PolicyTable& table) {
  std::vector<std::string> names;
  for (const auto* at = table.first(); at != nullptr; at = at->next) {
    names.emplace_back(at->name.bytes.data(), at->name.size);
  }
  return names;
}

TEST(PolicyTable, KeepsTheOrderOfCreation) {
  PolicyTable table;
  for (const char* name : {"b", "a", "c"}) table.append(named(name));
  EXPECT_EQ(names_of(table), (std::vector<std::string>{"b", "a", "c"}));
  table.erase(*table.find(PolicyName("a")));
  table.append(named("a"));
  EXPECT_EQ(names_of(table), (std::vector<std::string>{"b", "c", "a"}));
  for (const char* name : {"b", "a"}) table.erase(*table.find(PolicyName(name)));
  EXPECT_EQ(names_of(table), std::vector<std::string>{"c"});
}

TEST(PolicyTable, FindsExactNamesOnly) {
  PolicyTable table;
  const auto web = named("web");
  table.append(web);
  EXPECT_EQ(table.find(PolicyName("web")), web.get());
  for (const char* name : {"we", "webx", "WEB", ""}) {
    EXPECT_EQ(table.find(PolicyName(name)), nullptr) << name;
  }
}

TEST(PolicyTable, SharesPoliciesThatStayTheSameAfterTheirDeletion) {
  PolicyTable table;
  table.append(named("web"));
  const auto first = table.share(PolicyName("web"));
  EXPECT_TRUE(first->listed);
  table.erase(*first);
  EXPECT_FALSE(first->listed);
  EXPECT_EQ(first->name, PolicyName("web"));
  EXPECT_EQ(table.share(PolicyName("web")), nullptr);
  table.append(named("web"));
  EXPECT_NE(table.find(PolicyName("web")), first.get());
  EXPECT_FALSE(first->listed);
}

TEST(PolicyTable, AgreesWithAModelUnderRandomChanges) {
  std::mt19937 generator = seeded_generator();
  PolicyTable table;
  std::list<std::string> model;
  for (int round = 0; round < 20000; ++round) {
    const std::string name = "p" + std::to_string(draw<unsigned>(generator, 0, 300));
    const auto found = std::ranges::find(model, name);
    const Policy* policy = table.find(PolicyName(name));
    ASSERT_EQ(policy != nullptr, found != model.end());
    if (policy != nullptr) {
      table.erase(*policy);
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
  const auto find = [&](int i) { return table.find(PolicyName(std::to_string(i))); };
  for (int i = 0; i < many; ++i) table.append(named(std::to_string(i)));
  EXPECT_EQ(table.size(), static_cast<std::size_t>(many));
  for (int i = 0; i < many; ++i) ASSERT_NE(find(i), nullptr) << i;
  for (int i = 0; i < many; i += 2) table.erase(*find(i));
  for (int i = 0; i < many; ++i) ASSERT_EQ(find(i) != nullptr, i % 2 == 1) << i;
}

}  // namespace
}  // namespace cttimeout::test
