// The policies that are measured: tcp with all of its 11 slots.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cttimeout/policy.h"

namespace cttimeout::bench {

/// Policy number `number`: its NEW request has 148 bytes, the kernel's reply to a GET 156. No
/// timeout is a default of the kernel or of nft, which would leave it out of its listings.
inline Policy sample_policy(std::size_t number) {
  std::string digits = std::to_string(number);
  digits.insert(0, 8 - digits.size(), '0');
  Policy policy{.name = "bench-" + digits, .protocol = IPPROTO_TCP, .timeouts = {}};
  for (const Slot& slot : find_protocol(IPPROTO_TCP)->slots) {
    policy.timeouts.set_raw(slot.number, 1000U + slot.number);
  }
  return policy;
}

/// `count` of them, from number `first` on.
inline std::vector<Policy> sample_policies(std::size_t first, std::size_t count) {
  std::vector<Policy> policies;
  policies.reserve(count);
  for (std::size_t i = 0; i < count; ++i) policies.push_back(sample_policy(first + i));
  return policies;
}

}  // namespace cttimeout::bench
