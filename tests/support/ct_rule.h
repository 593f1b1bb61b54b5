// Rules that refer to a policy, made by iptables in the calling thread's network namespace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "cttimeout/netlink_socket.h"

namespace cttimeout::test {

/// What a rule must know of a policy, and what it changes.
struct PolicyUse {
  std::uint16_t family;
  std::uint8_t protocol;
  std::uint32_t users;
};

/// Asks the kernel; nullopt if there is no such policy.
[[nodiscard]] std::optional<PolicyUse> policy_use(NetlinkSocket& socket, std::string_view policy);

/// Appends a rule to the chain; false if iptables refused.
[[nodiscard]] bool append_rule(std::string_view policy, std::uint8_t protocol);
/// Deletes the n-th rule of the chain, from 1. By number, because the name of the policy in a
/// rule does not come back whole from the kernel, so that no rule matches a description of it.
[[nodiscard]] bool delete_rule(std::size_t number);

}  // namespace cttimeout::test
