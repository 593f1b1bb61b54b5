// The page of rules, generated: what it says of a rule is in rules.h, its examples are the page's.
#include "rules_page.h"

#include <algorithm>
#include <sstream>

#include "check/rules.h"

namespace cttimeout::tools::check {
namespace {

constexpr std::size_t columns = 100;

/// In lines of at most that many columns.
std::string wrapped(const std::string& text) {
  std::istringstream words(text);
  std::string result;
  std::size_t column = 0;
  for (std::string word; words >> word; column += word.size()) {
    const bool fits = column + 1 + word.size() <= columns;
    if (!result.empty()) result += fits ? ' ' : '\n';
    column = fits && !result.empty() ? column + 1 : 0;
    result += word;
  }
  return result + '\n';
}

std::string head(const Rule& rule) {
  return "## " + std::string(rule.id) + ": " + std::string(rule.title) + "\n\n" +
         wrapped('*' + std::string(to_string(rule.severity)) + ".* " +
                 std::string(rule.explanation));
}

/// What follows the head in the rule's section of the page, up to the next section.
std::string examples(std::string_view page, const Rule& rule) {
  const std::size_t section = page.find("\n## " + std::string(rule.id) + ':');
  if (section == std::string_view::npos) return "";
  const std::size_t next = std::min(page.find("\n## ", section + 1), page.size());
  const std::size_t begin = page.find("\n```\n", section);
  return begin < next ? std::string(page.substr(begin, next - begin)) : "";
}

}  // namespace

std::string rules_page(std::string_view page) {
  std::string result(page.substr(0, page.find("\n## ")));
  for (const Rule& rule : rules) result += '\n' + head(rule) + examples(page, rule);
  return result;
}

}  // namespace cttimeout::tools::check
