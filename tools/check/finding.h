// What the checker found: which rule, where, how often, and a sentence with the values.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "check/rules.h"

namespace cttimeout::tools::check {

/// A message or a datagram of one socket, and a byte of it.
struct Place {
  std::size_t datagram;  ///< of those sent on the socket, from 0: the one that holds the message
  std::size_t message;   ///< of those sent on the socket, from 1; 0 if it is about no message
  std::size_t offset;    ///< of what is wrong, bytes from the start of the datagram
};

/// The first finding of a kind.
struct Finding {
  const Rule* rule;
  std::size_t datagram;  ///< as in Place
  std::size_t message;
  std::string path;  ///< "NEW/DATA/ESTABLISHED", as far down as the finding goes
  std::size_t offset;
  std::string text;              ///< one sentence
  std::size_t count = 1;         ///< how many findings there are of the same rule and path
  std::vector<Place> more = {};  ///< where the next ones are, at most `most_places`
};

/// How many further places of a kind are kept.
inline constexpr std::size_t most_places = 8;

/// Findings by their kinds, in the order in which each kind was found first. What it holds grows
/// with the kinds, not with the findings.
class Findings {
 public:
  void add(Finding finding);

  [[nodiscard]] std::span<const Finding> all() const { return kinds_; }

 private:
  std::vector<Finding> kinds_;
  std::unordered_map<std::string, std::size_t> numbers_;  ///< of `kinds_`, by kind_of()
};

/// Equal for findings of one kind.
[[nodiscard]] std::string kind_of(const Finding& finding);

}  // namespace cttimeout::tools::check
