// The page of rules, generated: what it says of a rule is in rules.h, its examples are the page's.
#pragma once

#include <string>
#include <string_view>

namespace cttimeout::tools::check {

/// The page as it should be: its introduction, then a section for each rule of rules.h, with the
/// examples that `page` has for it. A rule without a section there gets one without examples.
[[nodiscard]] std::string rules_page(std::string_view page);

}  // namespace cttimeout::tools::check
