// The text of a policy file: a policy a line, with comments and blank lines between them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "cttimeout/policy.h"

namespace cttimeout {

/// Lines end with LF or CRLF. A line has one policy, as parse_line() reads it, or none; `#` where a
/// word could begin starts a comment up to the end of the line. UTF-8's byte order mark is kept.
class PolicyText {
 public:
  struct Line {
    std::string text;              ///< as it stands, without its end
    std::string comment;           ///< its comment, with the blanks in front
    std::optional<Policy> policy;  ///< nullopt if it has none
  };

  /// The error of a line that cannot be read begins with its number, counted from 1.
  [[nodiscard]] static tl::expected<PolicyText, std::string> parse(std::string_view text);

  [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }

  /// The same text for the policies `now`. A kernel made `loaded` of the policies of this text, one
  /// for each, and only ever appends to its list. Lines whose policy is as it was are left as they
  /// are, as are comments and blank lines; those of policies that are gone are left out, new ones
  /// come last.
  [[nodiscard]] std::string with(std::span<const Policy> loaded, std::span<const Policy> now) const;

 private:
  std::vector<Line> lines_;
  bool has_mark_ = false;
  std::string end_of_line_ = "\n";  // of the first line, and for new ones
};

}  // namespace cttimeout
