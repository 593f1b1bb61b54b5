// The examples of RULES.md: for each rule bytes that break it, and bytes that break none.
#include "rule_examples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

namespace cttimeout::tools::check {
namespace {

/// What stands between "```\n# kind\n" and the closing fence.
std::string block(std::string_view section, std::string_view kind) {
  const std::string open = "```\n# " + std::string(kind) + '\n';
  const std::size_t start = section.find(open);
  if (start == std::string_view::npos) return "";
  const std::size_t end = section.find("```", start + open.size());
  return std::string(section.substr(start + open.size(), end - start - open.size()));
}

std::vector<RuleExample> read_page() {
  std::ifstream file(RULES_PATH);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  std::vector<RuleExample> examples;
  for (std::size_t at = page.find("\n## "); at != std::string::npos;) {
    const std::size_t next = page.find("\n## ", at + 1);
    const std::string section = page.substr(at + 1, next - at - 1);
    examples.push_back({.id = section.substr(3, section.find(':') - 3),
                        .wrong = block(section, "wrong"),
                        .right = block(section, "right")});
    at = next;
  }
  return examples;
}

}  // namespace

const std::vector<RuleExample>& rule_examples() {
  static const std::vector<RuleExample> examples = read_page();
  return examples;
}

const RuleExample* find_example(std::string_view id) {
  const auto found = std::ranges::find(rule_examples(), id, &RuleExample::id);
  return found == rule_examples().end() ? nullptr : &*found;
}

std::vector<Finding> check_hex(std::string_view text) {
  const ReadResult capture = read_hex(text);
  if (!capture) {
    ADD_FAILURE() << "line " << capture.error().position << ": " << capture.error().text;
    return {};
  }
  std::vector<Finding> findings;
  for (const Located& located : check_capture("hex", *capture, {}).findings) {
    findings.push_back(located.finding);
  }
  return findings;
}

std::vector<std::string> broken_by(std::string_view hex_text) {
  std::set<std::string> ids;
  for (const Finding& finding : check_hex(hex_text)) ids.emplace(finding.rule->id);
  return {ids.begin(), ids.end()};
}

}  // namespace cttimeout::tools::check
