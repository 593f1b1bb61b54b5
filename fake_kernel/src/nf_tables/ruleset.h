// What nf_tables keeps: tables of chains of rules.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cttimeout/policy_hold.h"

namespace cttimeout::fake::nft {

using Bytes = std::vector<std::byte>;

/// One expression, as GETRULE lists it (K-NFT-40).
struct Expression {
  std::string name = {};
  Bytes data = {};         ///< payload of NFTA_EXPR_DATA
  std::uint64_t jump = 0;  ///< handle of the chain that it leads to; 0 for none
  std::shared_ptr<const PolicyHold> timeout = {};  ///< that the target CT gives
};

/// A rule never changes: what replaces it is another one.
struct Rule {
  std::uint64_t handle = 0;
  std::vector<Expression> expressions = {};
  Bytes userdata = {};
};

/// Where a base chain meets packets.
struct Hook {
  std::uint32_t number = 0;
  std::int32_t priority = 0;
  std::string type = {};     ///< such as `filter`
  std::string device = {};   ///< of ingress and egress
  std::uint32_t policy = 1;  ///< NF_ACCEPT or NF_DROP
};

struct Counters {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
};

// Tables and chains that a transaction changes are copies that were made in it, until it is
// committed.

struct Chain {
  std::uint64_t made_in = 0;  ///< number of the transaction
  std::string name = {};
  std::uint64_t handle = 0;
  std::optional<Hook> hook = {};  ///< of a base chain
  std::optional<Counters> counters = {};
  std::uint32_t flags = 0;
  Bytes userdata = {};
  std::uint32_t jumps = 0;  ///< expressions that lead to it
  std::vector<std::shared_ptr<const Rule>> rules = {};

  [[nodiscard]] std::uint32_t users() const {
    return jumps + static_cast<std::uint32_t>(rules.size());
  }
};

struct Table {
  std::uint64_t made_in = 0;
  std::uint8_t family = 0;
  std::string name = {};
  std::uint64_t handle = 0;
  std::uint32_t flags = 0;
  Bytes userdata = {};
  /// Shared with the copies: what an aborted transaction took is not given again (K-NFT-12).
  std::shared_ptr<std::uint64_t> last_handle = {};
  std::vector<std::shared_ptr<Chain>> chains = {};

  [[nodiscard]] std::uint32_t users() const { return static_cast<std::uint32_t>(chains.size()); }
};

using Tables = std::vector<std::shared_ptr<Table>>;  // in order of creation

/// The element of a container of pointers for which `matches` is true; its end if there is none.
template <class Pointers, class Matches>
[[nodiscard]] auto find_pointed(Pointers& pointers, Matches&& matches) {
  return std::ranges::find_if(pointers, [&](const auto& pointer) { return matches(*pointer); });
}

}  // namespace cttimeout::fake::nft
