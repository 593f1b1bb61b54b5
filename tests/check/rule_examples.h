// The examples of RULES.md: for each rule bytes that break it, and bytes that break none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/report.h"

namespace cttimeout::tools::check {

struct RuleExample {
  std::string id;
  std::string wrong;  ///< hex text
  std::string right;
};

/// Those of the page, in its order.
[[nodiscard]] const std::vector<RuleExample>& rule_examples();

[[nodiscard]] const RuleExample* find_example(std::string_view id);

/// The findings in hex text; fails the running test if it cannot be read.
[[nodiscard]] std::vector<Finding> check_hex(std::string_view text);

/// The ids of the rules broken, each once.
[[nodiscard]] std::vector<std::string> broken_by(std::string_view hex_text);

}  // namespace cttimeout::tools::check
