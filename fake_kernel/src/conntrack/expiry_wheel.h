// When to look at which flow: a hierarchical timing wheel. A flow whose deadline is put off stays
// where it is filed until then, so that a refresh costs nothing here.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

#include "conntrack/cells.h"
#include "conntrack/flow_index.h"

namespace cttimeout::fake {

/// Level n has a slot for each value of byte n of a tick. An entry is in the level of the highest
/// byte in which its tick differs from the present one, and moves down when that byte is reached.
class ExpiryWheel {
 public:
  ExpiryWheel() : slots_{}, used_{} {}

  /// An entry for that flow. `due` is not before the ticks that run() was told. Throws
  /// std::bad_alloc, and then there is none.
  void file(FlowId flow, std::uint64_t due);

  /// Takes out the entries of each slot that begins until `now`, in the order of ticks, and calls
  /// `look(flow, tick, span)`: the entry was due in the `span` ticks from `tick` on, or is of a
  /// flow that was filed again since. `look` may file it again, later than `tick`. `prefetch(flow)`
  /// comes before. If memory is short it throws std::bad_alloc, and can be called again.
  template <class Prefetch, class Look>
  void run(std::uint64_t now, Prefetch&& prefetch, Look&& look) {
    while (soonest_ <= now) {
      const Slot slot = find_soonest();
      soonest_ = slot.begin;
      if (soonest_ > now || slot.span == 0) break;
      tick_ = slot.begin;
      while (const std::uint32_t number = take_node(slot)) {
        const Node& taken = node(number);
        for (std::uint32_t i = 0; i < taken.size; ++i) prefetch(taken.flows[i]);
        for (std::uint32_t i = 0; i < taken.size; ++i) look(taken.flows[i], tick_, slot.span);
        release(number);
      }
    }
    tick_ = now;
  }

 private:
  static constexpr std::size_t levels = 8;
  static constexpr std::size_t slots_per_level = 256;
  static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

  struct Slot {
    std::size_t level;
    std::size_t number;
    std::uint64_t begin;  // in ticks
    std::uint64_t span;   // in ticks; 0: there is none
  };

  /// A cache line of entries.
  struct Node {
    std::uint32_t next;  // its number; 0: none
    std::uint32_t size;
    std::array<FlowId, 14> flows;
  };
  static_assert(sizeof(Node) == 64);

  [[nodiscard]] Node& node(std::uint32_t number) const {
    return *reinterpret_cast<Node*>(nodes_[number - 1]);
  }
  [[nodiscard]] Slot slot_at(std::size_t level, std::size_t number) const;
  [[nodiscard]] Slot slot_of(std::uint64_t due) const;
  /// The used slot that begins first; one of no ticks if all are empty.
  [[nodiscard]] Slot find_soonest() const;
  /// A full or half full node of that slot; 0 if there is none. While it is looked at, as many
  /// others are at hand as that may fill.
  [[nodiscard]] std::uint32_t take_node(const Slot& slot);
  void release(std::uint32_t number);
  void reserve(std::uint32_t nodes);

  std::uint64_t tick_ = 0;         // slots that begin before it are empty
  std::uint64_t soonest_ = never;  // when the first used slot begins, or sooner
  std::array<std::array<std::uint32_t, slots_per_level>, levels> slots_;  // numbers of first nodes
  std::array<std::array<std::uint64_t, slots_per_level / 64>, levels> used_;  // bits of slots
  Cells nodes_{sizeof(Node)};
  std::uint32_t free_ = 0;  // number of the first free node
  std::uint32_t free_count_ = 0;
};

}  // namespace cttimeout::fake
