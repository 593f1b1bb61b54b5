// The policies of a namespace: kept in order of creation, found by name in constant time.
#pragma once

#include <linux/netfilter/nfnetlink_cttimeout.h>
#include <tsl/robin_set.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "cttimeout/protocol.h"

namespace cttimeout::fake {

/// A policy name as the kernel compares it: bytes up to the first NUL, here padded with NULs.
struct PolicyName {
  std::array<char, CTNL_TIMEOUT_NAME_MAX> bytes{};
  std::uint8_t size = 0;
  std::size_t hash = 0;  ///< of `bytes`

  PolicyName() = default;
  /// `text` has at most 31 bytes.
  explicit PolicyName(std::string_view text);
  friend bool operator==(const PolicyName& a, const PolicyName& b) { return a.bytes == b.bytes; }
};

/// Timeouts of one protocol in ticks, by slot number - 1 (32 bits, as the kernel holds them).
using Ticks = std::array<std::uint32_t, max_slots>;

/// One policy (struct ctnl_timeout). Whoever shares one keeps it after its deletion.
struct Policy {
  PolicyName name;
  std::uint16_t family = 0;
  std::uint8_t protocol = 0;
  bool listed = false;      ///< in a table
  std::uint32_t users = 1;  ///< 1 for the list itself (K-USE-1)
  Ticks ticks{};
  Policy* next = nullptr;  ///< in order of creation, while it is listed
  Policy* previous = nullptr;
};

class PolicyTable {
 public:
  PolicyTable() = default;
  PolicyTable(const PolicyTable&) = delete;
  PolicyTable& operator=(const PolicyTable&) = delete;

  [[nodiscard]] std::size_t size() const { return by_name_.size(); }
  /// nullptr if there is none.
  [[nodiscard]] std::shared_ptr<Policy> share(const PolicyName& name) const;
  [[nodiscard]] Policy* find(const PolicyName& name) const;
  /// The oldest; its `next` leads to the others. nullptr if there is none.
  [[nodiscard]] Policy* first() const { return first_; }

  /// Adds a policy at the end; its name is not in the table.
  void append(std::shared_ptr<Policy> policy);
  void erase(const Policy& policy);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const PolicyName& name) const { return name.hash; }
    std::size_t operator()(const std::shared_ptr<Policy>& policy) const {
      return policy->name.hash;
    }
  };
  struct SameName {
    using is_transparent = void;
    static const PolicyName& name_of(const PolicyName& name) { return name; }
    static const PolicyName& name_of(const std::shared_ptr<Policy>& policy) { return policy->name; }
    bool operator()(const auto& a, const auto& b) const { return name_of(a) == name_of(b); }
  };
  using Set = tsl::robin_set<std::shared_ptr<Policy>, Hash, SameName,
                             std::allocator<std::shared_ptr<Policy>>, true>;

  Set by_name_;  // keeps hashes, so that a miss hardly ever touches a policy
  Policy* first_ = nullptr;
  Policy* last_ = nullptr;
};

}  // namespace cttimeout::fake
