// The expressions of rules: checked as far as anything depends on them, and made what GETRULE
// lists.
#pragma once

#include <span>
#include <string_view>

#include "core/network_namespace.h"
#include "cttimeout/policy_table.h"
#include "nf_tables/ruleset.h"
#include "nfnetlink/subsystem.h"

namespace cttimeout::fake::nft {

class ExpressionReader {
 public:
  /// Of the rules that this request adds to this table. All outlive it.
  ExpressionReader(const ParsedRequest& request, const NetworkNamespace& net,
                   const PolicyTable& policies, const Table& table)
      : request_(request), net_(net), policies_(policies), table_(table) {}

  /// `element`: the payload of an NFTA_LIST_ELEM. Returns 0 or an errno.
  [[nodiscard]] int read(std::span<const std::byte> element, Expression& expression) const;

 private:
  [[nodiscard]] int read_immediate(const Attributes& data, Expression& expression) const;
  [[nodiscard]] int read_extension(const Attributes& data, bool is_target,
                                   Expression& expression) const;
  [[nodiscard]] int read_ct_target(std::span<const std::byte> info, unsigned revision,
                                   std::uint16_t protocol, bool is_inverted,
                                   Expression& expression) const;

  const ParsedRequest& request_;
  const NetworkNamespace& net_;
  const PolicyTable& policies_;
  const Table& table_;
};

/// The data of an immediate expression, with another chain to lead to.
[[nodiscard]] Bytes with_chain_name(std::span<const std::byte> data, std::string_view name);

/// Whether jumps from a base chain lead through more chains than the kernel follows, as those of a
/// loop do.
[[nodiscard]] bool is_too_deep(const Table& table);

}  // namespace cttimeout::fake::nft
