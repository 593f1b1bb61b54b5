// Golden file: the operations of one situation and what came of each, as recorded, one per line.
#include "support/golden_file.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "netlink/describe.h"
#include "support/bytes.h"

namespace cttimeout::test {
namespace {

constexpr std::string_view arrow = " -> ";

void write_comment(std::ostream& out, const std::string& text, std::string_view indent) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) out << '#' << indent << line << '\n';
}

Step parse_step(const std::string& line, std::size_t number) {
  const std::size_t at = line.find(arrow);
  if (at == std::string::npos) return {.operation = line, .line = number};
  return {
      .operation = line.substr(0, at), .result = line.substr(at + arrow.size()), .line = number};
}

// The decoded form of the bytes that end the text, if there are any.
std::string decoded(const std::string& text) {
  const std::optional<Bytes> bytes = from_hex(text.substr(text.rfind(' ') + 1));
  return bytes && bytes->size() >= 16 ? tools::summary(*bytes) : "";
}

}  // namespace

tl::expected<Steps, std::string> read_golden(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) return tl::unexpected("cannot read " + path.string());
  Steps steps;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (!line.empty() && line.front() != '#') steps.push_back(parse_step(line, number));
  }
  return steps;
}

bool write_golden(const std::filesystem::path& path, const std::string& head, const Steps& steps) {
  std::ofstream file(path);
  write_comment(file, head, " ");
  for (const Step& step : steps) {
    file << step.text() << '\n';
    write_comment(file, step.note, "   ");
  }
  return static_cast<bool>(file.flush());
}

std::string difference(const Step& recorded, const std::string& now) {
  const std::string then = recorded.text();
  const auto [mark, unused] = std::ranges::mismatch(then, now);
  const auto column = static_cast<std::size_t>(mark - then.begin());
  std::ostringstream text;
  text << "line " << recorded.line << ":\n  recorded: " << then << "\n  now:      " << now
       << "\n            " << std::string(column, ' ') << "^\n  recorded, decoded:\n"
       << decoded(then) << "  now, decoded:\n"
       << decoded(now);
  return text.str();
}

}  // namespace cttimeout::test
