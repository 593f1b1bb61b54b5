// The policies of a namespace: kept in order of creation, found by name in constant time.

#include "cttimeout/policy_table.h"

#include <cstring>

namespace cttimeout::fake {

namespace {

// Multiply and fold, eight bytes at a time; names are padded, so their size does not matter.
std::size_t hash_of(const std::array<char, CTNL_TIMEOUT_NAME_MAX>& bytes) {
  std::uint64_t hash = 0x9e3779b97f4a7c15;
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    hash = (hash ^ word) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
  }
  return hash;
}

}  // namespace

PolicyName::PolicyName(std::string_view text) : size(static_cast<std::uint8_t>(text.size())) {
  text.copy(bytes.data(), bytes.size());
  hash = hash_of(bytes);
}

std::shared_ptr<Policy> PolicyTable::share(const PolicyName& name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : *found;
}

Policy* PolicyTable::find(const PolicyName& name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->get();
}

void PolicyTable::append(std::shared_ptr<Policy> policy) {
  Policy* const added = policy.get();
  by_name_.insert(std::move(policy));
  added->listed = true;
  added->previous = last_;
  (last_ == nullptr ? first_ : last_->next) = added;
  last_ = added;
}

void PolicyTable::erase(const Policy& policy) {
  const auto found = by_name_.find(policy.name);
  Policy& erased = **found;
  (erased.previous == nullptr ? first_ : erased.previous->next) = erased.next;
  (erased.next == nullptr ? last_ : erased.next->previous) = erased.previous;
  erased.listed = false;
  erased.next = erased.previous = nullptr;
  by_name_.erase(found);
}

}  // namespace cttimeout::fake
