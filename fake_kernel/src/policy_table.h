// The policies of a namespace: kept in order of creation, found by name in constant time.
#pragma once

#include <linux/netfilter/nfnetlink_cttimeout.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "cttimeout/protocol.h"

namespace cttimeout {

/// A policy name as the kernel compares it: bytes up to the first NUL, here padded with NULs.
struct PolicyName {
  std::array<char, CTNL_TIMEOUT_NAME_MAX> bytes{};
  std::uint8_t size = 0;

  PolicyName() = default;
  /// `text` has at most 31 bytes.
  explicit PolicyName(std::string_view text) : size(static_cast<std::uint8_t>(text.size())) {
    text.copy(bytes.data(), bytes.size());
  }
  friend bool operator==(const PolicyName& a, const PolicyName& b) { return a.bytes == b.bytes; }
};

/// Timeouts of one protocol in ticks, by slot number - 1 (32 bits, as the kernel holds them).
using Ticks = std::array<std::uint32_t, max_slots>;

struct StoredPolicy {
  PolicyName name;
  std::uint16_t family = 0;
  std::uint8_t protocol = 0;
  std::uint32_t users = 1;  ///< 1 for the list itself (K-USE-1)
  Ticks ticks{};
};

/// Which policy of a table: still the same one as long as `serial` fits.
struct PolicyKey {
  std::uint32_t index;
  std::uint64_t serial;
};

class PolicyTable {
 public:
  PolicyTable();

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::optional<std::uint32_t> find(const PolicyName& name) const;
  /// Adds a policy at the end; its name is not in the table.
  std::uint32_t append(const StoredPolicy& policy);
  void erase(std::uint32_t index);

  [[nodiscard]] StoredPolicy& operator[](std::uint32_t index) { return node(index).policy; }
  [[nodiscard]] const StoredPolicy& operator[](std::uint32_t index) const {
    return node(index).policy;
  }

  /// Walking: first() and next() give `end` behind the last policy.
  static constexpr std::uint32_t end = 0xffffffff;
  [[nodiscard]] std::uint32_t first() const { return first_; }
  [[nodiscard]] std::uint32_t next(std::uint32_t index) const { return node(index).next; }

  [[nodiscard]] PolicyKey key(std::uint32_t index) const { return {index, node(index).serial}; }
  /// Whether the policy of that key is still there.
  [[nodiscard]] bool alive(const PolicyKey& key) const;

 private:
  struct Node {
    StoredPolicy policy;
    std::uint64_t serial = 0;  // never used twice; 0 while the node is free
    std::uint32_t previous = end;
    std::uint32_t next = end;  // in the free list, too
  };
  // A bucket keeps part of the hash, so that a miss hardly ever touches a node.
  struct Bucket {
    std::uint32_t hash = 0;
    std::uint32_t index = end;
  };
  static constexpr std::uint32_t chunk_size = 64;
  using Chunk = std::array<Node, chunk_size>;

  [[nodiscard]] Node& node(std::uint32_t index) {
    return (*chunks_[index / chunk_size])[index % chunk_size];
  }
  [[nodiscard]] const Node& node(std::uint32_t index) const {
    return (*chunks_[index / chunk_size])[index % chunk_size];
  }
  [[nodiscard]] std::size_t home(std::uint32_t hash) const { return hash & (buckets_.size() - 1); }
  [[nodiscard]] std::size_t bucket_of(const PolicyName& name, std::uint32_t hash) const;
  std::uint32_t take_free_node();
  void insert_bucket(Bucket bucket);
  void remove_bucket(std::size_t at);
  void grow();

  std::vector<std::unique_ptr<Chunk>> chunks_;  // nodes never move
  std::vector<Bucket> buckets_;                 // open addressing; a power of two, half full
  std::uint64_t last_serial_ = 0;
  std::size_t size_ = 0;
  std::uint32_t free_ = end;
  std::uint32_t first_ = end;
  std::uint32_t last_ = end;
};

}  // namespace cttimeout
