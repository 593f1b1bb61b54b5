// Compares what one script does natively and under fake-kernel, line by line, and shrinks it.
#include "compare_scripts.h"

#include <algorithm>
#include <numeric>
#include <sstream>
#include <vector>

namespace cttimeout::test {
namespace {

constexpr int most_attempts = 400;

std::string list(const std::vector<std::uint64_t>& places) {
  std::string text;
  for (const std::uint64_t place : places) {
    text += (text.empty() ? "" : ",") + std::to_string(place);
  }
  return text;
}

std::vector<std::string> arguments_for(std::uint64_t seed,
                                       const std::vector<std::uint64_t>& places) {
  return {"--seed=" + std::to_string(seed), "--only=" + list(places)};
}

/// The first line that differs; how a run ended counts as its last.
std::optional<std::string> first_difference(const Ended& one, const Ended& other) {
  std::istringstream lines(one.output);
  std::istringstream others(other.output);
  for (;;) {
    std::string line;
    std::string another;
    const bool more = static_cast<bool>(std::getline(lines, line));
    const bool more_too = static_cast<bool>(std::getline(others, another));
    if (!more && !more_too) break;
    if (line != another) return "  kernel: " + line + "\n  fake:   " + another + '\n';
  }
  if (other.hung) return "  fake:   HUNG\n" + other.doing;
  if (other.left) return "  fake:   somebody was left behind\n";
  if (one.status == other.status) return std::nullopt;
  return "  statuses " + std::to_string(one.status) + " and " + std::to_string(other.status) + '\n';
}

}  // namespace

std::optional<std::string> ScriptComparison::difference(std::uint64_t seed, const Places& places,
                                                        Where where) const {
  const auto arguments = arguments_for(seed, places);
  return first_difference(run(programs_, Where::kernel, arguments),
                          run(programs_, where, arguments));
}

/// Leaves out ever smaller parts, as long as there is a difference without them.
ScriptComparison::Places ScriptComparison::shrink(std::uint64_t seed, Places places,
                                                  Where where) const {
  int attempts = 0;
  for (std::size_t chunk = places.size() / 2; chunk > 0; chunk /= 2) {
    for (std::size_t at = 0; at < places.size() && attempts < most_attempts;) {
      Places fewer = places;
      const auto first = fewer.begin() + static_cast<std::ptrdiff_t>(at);
      fewer.erase(first, first + static_cast<std::ptrdiff_t>(std::min(chunk, fewer.size() - at)));
      ++attempts;
      if (!fewer.empty() && difference(seed, fewer, where)) {
        places = std::move(fewer);
      } else {
        at += chunk;
      }
    }
  }
  return places;
}

std::optional<Difference> ScriptComparison::compare(std::uint64_t seed, std::uint64_t operations,
                                                    Where where) {
  Places places(operations);
  std::iota(places.begin(), places.end(), 1);
  const auto found = difference(seed, places, where);
  if (!found) return std::nullopt;
  const auto again = difference(seed, places, where);
  if (!again) {
    return Difference{.text = *found + "  not found a second time\n",
                      .again = "--seed=" + std::to_string(seed)};
  }
  places = shrink(seed, std::move(places), where);
  const auto arguments = arguments_for(seed, places);
  return Difference{.text = *found + run(programs_, Where::kernel, arguments).output + "  -- and " +
                            to_string(where) + '\n' + run(programs_, where, arguments).output,
                    .again = arguments[0] + ' ' + arguments[1]};
}

}  // namespace cttimeout::test
