// Findings of one kind are kept once, with a count and the first places.
#include "check/finding.h"

#include <utility>

namespace cttimeout::tools::check {

std::string kind_of(const Finding& finding) {
  return std::string(finding.rule->id) + ' ' + finding.path;
}

void Findings::add(Finding finding) {
  const auto [entry, is_new] = numbers_.try_emplace(kind_of(finding), kinds_.size());
  if (is_new) return kinds_.push_back(std::move(finding));
  Finding& first = kinds_[entry->second];
  ++first.count;
  if (first.more.size() < most_places) {
    first.more.push_back({finding.datagram, finding.message, finding.offset});
  }
}

}  // namespace cttimeout::tools::check
