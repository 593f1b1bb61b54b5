// Plays one sequence to two machines at once and finds the first operation on which they differ.

#include "compare.h"

#include <algorithm>

#include "support/messages.h"

namespace cttimeout::test {

namespace {

/// Where the messages of a datagram begin, as far as their headers make sense.
std::vector<std::size_t> message_offsets(View datagram) {
  std::vector<std::size_t> offsets;
  for_each_message(datagram, [&](std::size_t at) { offsets.push_back(at); });
  return offsets;
}

}  // namespace

std::optional<Difference> Comparison::play(const Operations& operations, const Watcher& watch) {
  Player first(first_.new_ground(), views_);
  Player second(second_.new_ground(), views_);
  for (std::size_t at = 0; at < operations.size(); ++at) {
    const Subject subject = watch ? first.subject_of(operations[at]) : Subject::none;
    Outcome of_first = first.play(operations[at]);
    Outcome of_second = second.play(operations[at]);
    if (of_first != of_second) return Difference{at, std::move(of_first), std::move(of_second)};
    if (watch) watch(operations[at], of_first, subject);
  }
  return std::nullopt;
}

/// Tries without each run of `chunk` operations; true if some could go.
bool Comparison::drop_operations(Operations& operations, std::size_t chunk) {
  bool dropped = false;
  for (std::size_t at = 0; at < operations.size();) {
    Operations fewer = operations;
    const auto begin = fewer.begin() + static_cast<std::ptrdiff_t>(at);
    fewer.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(chunk, fewer.size() - at)));
    if (differs(fewer)) {
      operations = std::move(fewer);
      dropped = true;
    } else {
      at += chunk;
    }
  }
  return dropped;
}

/// Tries without each message of each datagram; true if some could go.
bool Comparison::drop_messages(Operations& operations) {
  bool dropped = false;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    std::size_t kept = 0;
    for (;;) {
      const Bytes& bytes = operations[i].bytes;
      const auto offsets = message_offsets(bytes);
      if (operations[i].act != Act::send || offsets.size() < 2 || kept >= offsets.size()) break;
      const std::size_t end = kept + 1 < offsets.size() ? offsets[kept + 1] : bytes.size();
      Operations fewer = operations;
      Bytes& shorter = fewer[i].bytes;
      shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(offsets[kept]),
                    shorter.begin() + static_cast<std::ptrdiff_t>(end));
      if (differs(fewer)) {
        operations = std::move(fewer);
        dropped = true;
      } else {
        ++kept;
      }
    }
  }
  return dropped;
}

Operations Comparison::shrink(Operations operations) {
  const auto difference = play(operations);
  if (!difference) return operations;
  operations.resize(difference->at + 1);
  for (std::size_t chunk = operations.size() / 2; chunk > 0; chunk /= 2) {
    drop_operations(operations, chunk);
  }
  while (drop_messages(operations) || drop_operations(operations, 1)) {
  }
  return operations;
}

}  // namespace cttimeout::test
