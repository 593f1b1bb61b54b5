// When to look at which flow: a hierarchical timing wheel.
#include "conntrack/expiry_wheel.h"

#include <algorithm>

namespace cttimeout::fake {

void ExpiryWheel::file(FlowId flow, std::uint64_t due) {
  const Slot slot = slot_of(due);
  std::uint32_t& first = slots_.at(slot.level).at(slot.number);
  if (first == 0 || node(first).size == node(first).flows.size()) {
    reserve(1);
    const std::uint32_t added = free_;
    free_ = node(added).next;
    --free_count_;
    node(added).next = first;
    node(added).size = 0;
    first = added;
    used_[slot.level][slot.number / 64] |= std::uint64_t{1} << slot.number % 64;
    soonest_ = std::min(soonest_, slot.begin);
  }
  Node& open = node(first);
  open.flows[open.size++] = flow;
}

ExpiryWheel::Slot ExpiryWheel::slot_at(std::size_t level, std::size_t number) const {
  const std::uint64_t span = std::uint64_t{1} << 8 * level;
  const std::uint64_t place = tick_ / span / slots_per_level * slots_per_level + number;
  return {level, number, place * span, span};
}

ExpiryWheel::Slot ExpiryWheel::slot_of(std::uint64_t due) const {
  const auto level = static_cast<std::size_t>(63 - std::countl_zero((due ^ tick_) | 1)) / 8;
  return slot_at(level, due >> 8 * level & (slots_per_level - 1));
}

// Slots of a lower level begin before those of a higher one.
ExpiryWheel::Slot ExpiryWheel::find_soonest() const {
  for (std::size_t level = 0; level < levels; ++level) {
    for (std::size_t word = 0; word < used_[level].size(); ++word) {
      const std::uint64_t bits = used_[level][word];
      if (bits != 0) {
        return slot_at(level, 64 * word + static_cast<std::size_t>(std::countr_zero(bits)));
      }
    }
  }
  return {0, 0, never, 0};
}

std::uint32_t ExpiryWheel::take_node(const Slot& slot) {
  std::uint32_t& first = slots_.at(slot.level).at(slot.number);
  if (first == 0) return 0;
  reserve(static_cast<std::uint32_t>(Node{}.flows.size()));
  const std::uint32_t taken = first;
  first = node(taken).next;
  if (first == 0) used_[slot.level][slot.number / 64] &= ~(std::uint64_t{1} << slot.number % 64);
  return taken;
}

void ExpiryWheel::release(std::uint32_t number) {
  node(number).next = free_;
  free_ = number;
  ++free_count_;
}

void ExpiryWheel::reserve(std::uint32_t nodes) {
  while (free_count_ < nodes) release(nodes_.push() + 1);
}

}  // namespace cttimeout::fake
