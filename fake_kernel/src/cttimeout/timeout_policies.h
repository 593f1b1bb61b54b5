// The subsystem of timeout policies: its five commands, and what they work on.
#pragma once

#include <linux/netfilter/nfnetlink_cttimeout.h>

#include <array>
#include <memory>
#include <string_view>

#include "core/network_namespace.h"
#include "cttimeout/defaults.h"
#include "cttimeout/policy_table.h"
#include "nfnetlink/subsystem.h"

namespace cttimeout::fake {

class TimeoutPolicies final : public Subsystem {
 public:
  explicit TimeoutPolicies(NetworkNamespace& net) : net_(net), defaults_(net.profile) {}

  [[nodiscard]] std::optional<Command> find_command(unsigned type) const override;
  int run(unsigned type, const ParsedRequest& request) override;

  [[nodiscard]] PolicyTable& table() { return table_; }
  [[nodiscard]] Defaults& defaults() { return defaults_; }

 private:
  using Handler = int (TimeoutPolicies::*)(const ParsedRequest& request);
  /// By message type (IPCTNL_MSG_TIMEOUT_*).
  static const std::array<Handler, IPCTNL_MSG_TIMEOUT_MAX> commands;

  int new_policy(const ParsedRequest& request);
  int get_policy(const ParsedRequest& request);
  int delete_policy(const ParsedRequest& request);
  int set_default(const ParsedRequest& request);
  int get_default(const ParsedRequest& request);

  int replace(const ParsedRequest& request, Policy& policy);
  void flush();
  [[nodiscard]] bool deletable(const Policy& policy) const;
  int read_slots(const ParsedRequest& request, const Protocol& protocol, Ticks& ticks);
  int read_ticks(const ParsedRequest& request, const Protocol& protocol, Ticks& ticks);

  NetworkNamespace& net_;
  PolicyTable table_;
  Defaults defaults_;
};

}  // namespace cttimeout::fake
