// A dump of all policies.
#pragma once

#include <memory>

#include "cttimeout/policy_table.h"
#include "netlink/dump.h"

namespace cttimeout::fake {

/// The position is the policy that did not fit; if exactly that one is gone, nothing after it is
/// found any more (K-DUMP-10, K-DUMP-11).
class PolicyDump final : public Dump {
 public:
  PolicyDump(const PolicyTable& table, std::uint32_t hz) : table_(table), hz_(hz) {}

  std::size_t fill(std::span<std::byte> part, DumpAddress address) override;

 private:
  const PolicyTable& table_;
  const std::uint32_t hz_;
  std::shared_ptr<const Policy> resume_;  // null at the beginning
  bool at_end_ = false;
};

}  // namespace cttimeout::fake
