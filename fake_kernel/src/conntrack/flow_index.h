// The index of flows: from a hash to the numbers of flows, by linear hashing. It grows by one
// bucket at a time, so that no insertion takes long, and has one entry for both directions of a
// flow.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

#include "conntrack/cells.h"
#include "conntrack/prefetch.h"

namespace cttimeout::fake {

/// A flow's number in the table.
using FlowId = std::uint32_t;
inline constexpr FlowId no_flow = 0xffffffff;

class FlowIndex {
 public:
  FlowIndex() { buckets_.push(); }

  /// Asks `is(id)` about each flow that may have that hash, until one is true.
  template <class Is>
  void find(std::uint64_t hash, Is&& is) const {
    const std::uint8_t tag = tag_of(hash);
    for (const Bucket* bucket = &bucket_of(hash);; bucket = &overflow(bucket->next)) {
      for (Places places = bucket->with_tag(tag); places.any(); places.drop_first()) {
        if (is(bucket->ids[places.first()])) return;
      }
      if (bucket->next == 0) return;
    }
  }

  /// `flows` tells the hash of each flow in the index: `hash(id)`, and `prefetch(id)` before.
  /// Throws std::bad_alloc, and then has lost nothing.
  template <class Flows>
  void insert(std::uint64_t hash, FlowId id, const Flows& flows) {
    if (size_ >= std::uint64_t{buckets_.size()} * flows_per_bucket) split(flows);
    put(bucket_of(hash), tag_of(hash), id);
    ++size_;
  }

  void erase(std::uint64_t hash, FlowId id);

  /// Brings the first bucket that find() looks at near.
  void prefetch(std::uint64_t hash) const { fake::prefetch(&bucket_of(hash)); }
  /// The flow in that bucket which find() would ask about first; no_flow if it is none there.
  [[nodiscard]] FlowId first_candidate(std::uint64_t hash) const {
    const Bucket& bucket = bucket_of(hash);
    const Places places = bucket.with_tag(tag_of(hash));
    return places.any() ? bucket.ids[places.first()] : no_flow;
  }

 private:
  static constexpr std::size_t bucket_size = 12;
  static constexpr std::uint64_t flows_per_bucket = 8;  // on average, where it grows

  /// Places in a bucket: bit 8 n is that of place n, bit 8 n + 1 that of place n + 8.
  class Places {
   public:
    /// The highest bit of a byte for each place.
    Places(std::uint64_t first_8, std::uint64_t last_4) : bits_(first_8 >> 7U | last_4 >> 6U) {}
    [[nodiscard]] bool any() const { return bits_ != 0; }
    [[nodiscard]] std::size_t first() const {
      const auto bit = static_cast<std::size_t>(std::countr_zero(bits_));
      return bit / 8 + bit % 8 * 8;
    }
    void drop_first() { bits_ &= bits_ - 1; }

   private:
    std::uint64_t bits_;
  };

  /// One cache line. Those that do not fit are in overflow buckets behind it.
  struct alignas(64) Bucket {
    std::array<std::uint8_t, bucket_size> tags;  // free: 0
    std::uint32_t next;                          // number of its overflow bucket + 1; 0: none
    std::array<FlowId, bucket_size> ids;

    /// At least those with that tag.
    [[nodiscard]] Places with_tag(std::uint8_t tag) const {
      std::uint64_t first_8 = 0;
      std::uint32_t last_4 = 0;
      std::memcpy(&first_8, &tags[0], sizeof first_8);
      std::memcpy(&last_4, &tags[8], sizeof last_4);
      constexpr std::uint64_t of_last_4 = 0x80808080;
      return Places(zero_bytes(first_8 ^ (low_bits * tag)),
                    zero_bytes(last_4 ^ (low_bits * tag)) & of_last_4);
    }

   private:
    static constexpr std::uint64_t low_bits = 0x0101010101010101;
    /// The highest bit of every byte that is 0, and of some behind one that is.
    static std::uint64_t zero_bytes(std::uint64_t word) {
      return (word - low_bits) & ~word & (low_bits << 7U);
    }
  };
  static_assert(sizeof(Bucket) == 64 && std::endian::native == std::endian::little);

  /// 2 at least: with_tag() may add a place whose tag differs in the lowest bit, but no free one.
  static std::uint8_t tag_of(std::uint64_t hash) {
    const auto tag = static_cast<std::uint8_t>(hash >> 56U);
    return tag >= 2 ? tag : static_cast<std::uint8_t>(tag + 2);
  }
  [[nodiscard]] Bucket& bucket(std::uint32_t number) const {
    return *reinterpret_cast<Bucket*>(buckets_[number]);
  }
  [[nodiscard]] Bucket& overflow(std::uint32_t next) const {
    return *reinterpret_cast<Bucket*>(overflows_[next - 1]);
  }
  /// Buckets that were split in this round are told apart by one bit more.
  [[nodiscard]] Bucket& bucket_of(std::uint64_t hash) const {
    const auto all = static_cast<std::uint32_t>(hash);
    const std::uint32_t number = all & (round_ - 1);
    return bucket(number < split_ ? all & (2 * round_ - 1) : number);
  }
  /// Divides the next bucket between itself and a new one.
  template <class Flows>
  void split(const Flows& flows) {
    take_apart();
    for (const FlowId id : divided_) flows.prefetch(id);
    for (const FlowId id : divided_) {
      const std::uint64_t hash = flows.hash(id);
      put(bucket_of(hash), tag_of(hash), id);
    }
  }
  /// Moves the next bucket's flows to `divided_`, and makes the new one.
  void take_apart();

  void put(Bucket& bucket, std::uint8_t tag, FlowId id);

  Cells buckets_{sizeof(Bucket)};
  Cells overflows_{sizeof(Bucket)};
  std::uint32_t free_overflow_ = 0;  // number + 1; the next is in its `next`
  std::uint32_t round_ = 1;          // how many buckets there were when the round began
  std::uint32_t split_ = 0;          // how many of those are split
  std::uint64_t size_ = 0;
  std::vector<FlowId> divided_;
};

}  // namespace cttimeout::fake
