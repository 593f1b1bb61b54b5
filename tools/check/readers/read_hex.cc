// Text that holds bytes: which of the forms it is written in.
#include "check/readers/lines.h"
#include "check/readers/text_forms.h"

namespace cttimeout::tools::check {
namespace {

constexpr std::string_view fence = "```";

/// The text with blank lines in place of those that begin and end a block in Markdown.
std::string without_fences(std::string_view text) {
  std::string result;
  for (Lines lines(text); lines.next();) {
    const std::string_view line = trimmed(lines.line());
    const bool is_fence =
        line.starts_with(fence) && line.find('`', fence.size()) == std::string_view::npos;
    if (!is_fence) result += lines.line();
    result += '\n';
  }
  return result;
}

ReadResult read_form(std::string_view text) {
  if (is_hex_dump(text)) return read_hex_dump(text);
  return is_source(text) ? read_source(text) : read_hex_lines(text);
}

}  // namespace

ReadResult read_hex(std::string_view text) {
  const bool has_fences = text.find(fence) != std::string_view::npos;
  return has_fences ? read_form(without_fences(text)) : read_form(text);
}

}  // namespace cttimeout::tools::check
