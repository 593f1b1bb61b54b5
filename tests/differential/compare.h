// Plays one sequence to two machines at once and finds the first operation on which they differ.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "operation.h"
#include "player.h"
#include "support/ground.h"

namespace cttimeout::test {

struct Difference {
  std::size_t at;  ///< the operation
  Outcome first;
  Outcome second;
};

/// Called for every operation on which both agreed.
using Watcher = std::function<void(const Operation&, const Outcome&, Subject)>;

class Comparison {
 public:
  /// By what both show.
  Comparison(Machine& first, Machine& second, const Views& views)
      : first_(first), second_(second), views_(views) {}

  /// In a fresh namespace on each machine. With `watch`, the first one is also asked what each
  /// request is about.
  [[nodiscard]] std::optional<Difference> play(const Operations& operations,
                                               const Watcher& watch = {});

  /// A smaller sequence on which they still differ: fewer operations, fewer messages.
  [[nodiscard]] Operations shrink(Operations operations);

 private:
  bool differs(const Operations& operations) { return play(operations).has_value(); }
  bool drop_operations(Operations& operations, std::size_t chunk);
  bool drop_messages(Operations& operations);

  Machine& first_;
  Machine& second_;
  const Views views_;
};

}  // namespace cttimeout::test
