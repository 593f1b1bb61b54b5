// The text of a policy file: a policy a line, with comments and blank lines between them.
#include "policy_file/policy_text.h"

#include <algorithm>

#include "cttimeout/format.h"

namespace cttimeout {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";  // of UTF-8

bool is_blank(char character) {
  return character == ' ' || character == '\t';
}

/// Where the comment begins, with the blanks in front of it; the line's size if it has none.
std::size_t comment_begin(std::string_view line) {
  bool quoted = false;
  std::size_t words_end = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char character = line[at];
    if (character == '#' && !quoted && (at == 0 || words_end < at)) return words_end;
    if (!is_blank(character)) words_end = at + 1;
    if (character == '"') quoted = !quoted;
    if (character == '\\' && quoted) ++at;
  }
  return line.size();
}

}  // namespace

tl::expected<PolicyText, std::string> PolicyText::parse(std::string_view text) {
  PolicyText parsed;
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    return tl::unexpected<std::string>("1: it is UTF-16; `iconv -f utf-16 -t utf-8` converts it");
  }
  if (text.starts_with(byte_order_mark)) {
    text.remove_prefix(byte_order_mark.size());
    parsed.has_mark_ = true;
  }
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) {
      line.remove_suffix(1);
      if (parsed.lines_.empty()) parsed.end_of_line_ = "\r\n";
    }
    const std::size_t words = comment_begin(line);
    Line added{std::string(line), std::string(line.substr(words)), std::nullopt};
    if (!std::ranges::all_of(line.substr(0, words), is_blank)) {
      const auto policy = parse_line(line.substr(0, words));
      if (!policy) {
        return tl::unexpected(std::to_string(parsed.lines_.size() + 1) + ": " +
                              to_string(policy.error()));
      }
      added.policy = *policy;
    }
    parsed.lines_.push_back(std::move(added));
  }
  return parsed;
}

std::string PolicyText::with(std::span<const Policy> loaded, std::span<const Policy> now) const {
  std::string text(has_mark_ ? byte_order_mark : "");
  std::size_t was = 0;
  std::size_t is = 0;
  for (const Line& line : lines_) {
    if (line.policy) {
      const Policy& old = loaded[was++];
      if (is == now.size() || now[is].name != old.name) continue;  // gone
      const Policy& policy = now[is++];
      text += policy == old ? line.text : to_line(policy) + line.comment;
    } else {
      text += line.text;
    }
    text += end_of_line_;
  }
  for (; is < now.size(); ++is) text += to_line(now[is]) + end_of_line_;
  return text;
}

}  // namespace cttimeout
