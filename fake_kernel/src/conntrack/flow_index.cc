// The index of flows, by linear hashing.
#include "conntrack/flow_index.h"

#include <utility>

namespace cttimeout::fake {

// The divided flows need no more overflow buckets than before, so that putting them back does not
// allocate.
void FlowIndex::take_apart() {
  Bucket& old = bucket(split_);
  std::size_t buckets = 1;
  for (std::uint32_t next = old.next; next != 0; next = overflow(next).next) ++buckets;
  divided_.clear();
  divided_.reserve(buckets * bucket_size);
  buckets_.push();
  for (Bucket* bucket = &old;; bucket = &overflow(bucket->next)) {
    for (std::size_t place = 0; place < bucket_size; ++place) {
      if (bucket->tags[place] != 0) divided_.push_back(bucket->ids[place]);
    }
    bucket->tags = {};
    if (bucket->next != 0) continue;
    bucket->next = free_overflow_;
    break;
  }
  std::swap(free_overflow_, old.next);
  old.next = 0;
  if (++split_ == round_) {
    round_ *= 2;
    split_ = 0;
  }
}

void FlowIndex::put(Bucket& first, std::uint8_t tag, FlowId id) {
  Bucket* bucket = &first;
  Places free = bucket->with_tag(0);
  while (!free.any() && bucket->next != 0) {
    bucket = &overflow(bucket->next);
    free = bucket->with_tag(0);
  }
  if (!free.any()) {
    if (free_overflow_ == 0) free_overflow_ = overflows_.push() + 1;
    bucket->next = free_overflow_;
    bucket = &overflow(free_overflow_);
    free_overflow_ = bucket->next;
    bucket->next = 0;
    free = bucket->with_tag(0);
  }
  bucket->tags[free.first()] = tag;
  bucket->ids[free.first()] = id;
}

// An overflow bucket that becomes empty stays until its bucket is divided.
void FlowIndex::erase(std::uint64_t hash, FlowId id) {
  for (Bucket* bucket = &bucket_of(hash);; bucket = &overflow(bucket->next)) {
    for (Places places = bucket->with_tag(tag_of(hash)); places.any(); places.drop_first()) {
      if (bucket->ids[places.first()] != id) continue;
      bucket->tags[places.first()] = 0;
      --size_;
      return;
    }
  }
}

}  // namespace cttimeout::fake
