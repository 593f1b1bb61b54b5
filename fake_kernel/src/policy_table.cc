// The policies of a namespace: kept in order of creation, found by name in constant time.

#include "policy_table.h"

#include <cstring>

namespace cttimeout {

namespace {

// Multiply and fold, eight bytes at a time; names are padded, so their size does not matter.
std::uint32_t hash_of(const PolicyName& name) {
  std::uint64_t hash = 0x9e3779b97f4a7c15;
  for (std::size_t at = 0; at < name.bytes.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t word;
    std::memcpy(&word, name.bytes.data() + at, sizeof word);
    hash = (hash ^ word) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
  }
  return static_cast<std::uint32_t>(hash);
}

}  // namespace

PolicyTable::PolicyTable() : buckets_(64) {}

std::size_t PolicyTable::bucket_of(const PolicyName& name, std::uint32_t hash) const {
  std::size_t at = home(hash);
  while (buckets_[at].index != end) {
    if (buckets_[at].hash == hash && node(buckets_[at].index).policy.name == name) break;
    at = home(static_cast<std::uint32_t>(at + 1));
  }
  return at;
}

std::optional<std::uint32_t> PolicyTable::find(const PolicyName& name) const {
  const std::uint32_t index = buckets_[bucket_of(name, hash_of(name))].index;
  return index == end ? std::nullopt : std::optional(index);
}

std::uint32_t PolicyTable::append(const StoredPolicy& policy) {
  if (2 * (size_ + 1) > buckets_.size()) grow();
  const std::uint32_t index = take_free_node();
  Node& added = node(index);
  added.policy = policy;
  added.serial = ++last_serial_;
  added.previous = last_;
  added.next = end;
  (last_ == end ? first_ : node(last_).next) = index;
  last_ = index;
  insert_bucket({.hash = hash_of(policy.name), .index = index});
  ++size_;
  return index;
}

void PolicyTable::erase(std::uint32_t index) {
  Node& erased = node(index);
  remove_bucket(bucket_of(erased.policy.name, hash_of(erased.policy.name)));
  (erased.previous == end ? first_ : node(erased.previous).next) = erased.next;
  (erased.next == end ? last_ : node(erased.next).previous) = erased.previous;
  erased.serial = 0;
  erased.next = free_;
  free_ = index;
  --size_;
}

bool PolicyTable::alive(const PolicyKey& key) const {
  return node(key.index).serial == key.serial;
}

std::uint32_t PolicyTable::take_free_node() {
  if (free_ == end) {
    const auto begin = static_cast<std::uint32_t>(chunks_.size()) * chunk_size;
    chunks_.push_back(std::make_unique<Chunk>());
    for (std::uint32_t i = chunk_size; i-- > 0;) {
      (*chunks_.back())[i].next = free_;
      free_ = begin + i;
    }
  }
  const std::uint32_t index = free_;
  free_ = node(index).next;
  return index;
}

void PolicyTable::insert_bucket(Bucket bucket) {
  std::size_t at = home(bucket.hash);
  while (buckets_[at].index != end) at = home(static_cast<std::uint32_t>(at + 1));
  buckets_[at] = bucket;
}

// Closes the gap by moving back the entries behind it that would no longer be reached.
void PolicyTable::remove_bucket(std::size_t at) {
  std::size_t gap = at;
  for (;;) {
    at = home(static_cast<std::uint32_t>(at + 1));
    if (buckets_[at].index == end) break;
    const std::size_t distance = (at - home(buckets_[at].hash)) & (buckets_.size() - 1);
    const std::size_t to_gap = (at - gap) & (buckets_.size() - 1);
    if (distance >= to_gap) {
      buckets_[gap] = buckets_[at];
      gap = at;
    }
  }
  buckets_[gap] = {};
}

void PolicyTable::grow() {
  std::vector<Bucket> old(2 * buckets_.size());
  old.swap(buckets_);
  for (const Bucket& bucket : old) {
    if (bucket.index != end) insert_bucket(bucket);
  }
}

}  // namespace cttimeout
