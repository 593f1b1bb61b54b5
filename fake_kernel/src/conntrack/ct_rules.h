// The rules of table raw with the CT target, in their order (xt_CT).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/network_namespace.h"
#include "cttimeout/netlink_socket.h"
#include "cttimeout/policy_table.h"
#include "cttimeout/rule.h"

namespace cttimeout::fake {

/// What a rule gives to the packets that match it.
struct CtTarget {
  bool untracked = false;
  std::shared_ptr<Policy> policy = {};
};

class CtRules {
 public:
  /// What the kernel and iptables would make of that rule: its target, or why not (K-FLOW-261).
  [[nodiscard]] static SyscallResult<CtTarget> judge(const CtRule& rule,
                                                     const NetworkNamespace& net,
                                                     const PolicyTable& policies);

  /// What a target with that name of a policy, not an empty one, gives to the flows of a protocol.
  [[nodiscard]] static SyscallResult<CtTarget> judge(std::string_view timeout, std::uint8_t family,
                                                     std::uint8_t protocol,
                                                     const NetworkNamespace& net,
                                                     const PolicyTable& policies);

  /// Puts the rule in front of the one that has that place in its chain, counted from 0; at the end
  /// if there is none. Returns what remove() knows it by.
  std::uint64_t insert(std::size_t place, const CtRule& rule, CtTarget target);
  void remove(std::uint64_t id);

  /// Whether the first rule that matches is NOTRACK.
  [[nodiscard]] bool are_untracked(const Packet& packet) const {
    return notracks_ != 0 && finds_notrack(packet);
  }
  /// The target of the first rule that matches; nullptr if none does.
  [[nodiscard]] const CtTarget* find(const Packet& packet) const;

 private:
  [[nodiscard]] bool finds_notrack(const Packet& packet) const;

  struct Entry {
    std::uint64_t id;
    CtRule rule;
    CtTarget target;
  };

  std::array<std::vector<Entry>, 2> chains_;  // by Hook
  std::uint64_t last_id_ = 0;
  std::size_t notracks_ = 0;  // rules without which no packet is left alone
};

}  // namespace cttimeout::fake
