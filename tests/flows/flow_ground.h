// FlowGround: a kernel that packets pass on their way between two sides, the fake or the real one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cttimeout/fake_kernel.h"
#include "cttimeout/transport.h"
#include "support/bytes.h"

namespace cttimeout::test {

/// Packets come from the side to which their source address belongs: 10.0.0.0/16 and fd00::/32 are
/// inside, all other addresses outside. Rules, flows and policies are those of one fresh network
/// namespace.
class FlowGround {
 public:
  FlowGround() = default;
  FlowGround(const FlowGround&) = delete;
  FlowGround& operator=(const FlowGround&) = delete;
  virtual ~FlowGround() = default;

  /// The packet comes in and is forwarded, or is made here and sent. nullopt if it does not come
  /// out.
  [[nodiscard]] virtual std::optional<PacketState> packet(View bytes, Hook hook) = 0;
  /// Time goes by.
  virtual void pass_time(std::chrono::milliseconds time) = 0;

  /// Its flow, without what a kernel does not show: policy, slot and the name of the state.
  [[nodiscard]] virtual std::optional<Flow> find_flow(const Tuple& tuple) = 0;
  virtual void set_flow_timeout(const Tuple& tuple, std::chrono::seconds timeout) = 0;
  virtual void remove_flow(const Tuple& tuple) = 0;
  virtual void flush_flows() = 0;

  /// Appends the rule. Errno, or 0.
  [[nodiscard]] virtual int add_rule(const CtRule& rule) = 0;
  /// Deletes the rule at that place of a chain, counted from 0. Its policy is not held by it any
  /// more.
  virtual void delete_rule(std::size_t place, Hook chain, std::uint8_t family) = 0;

  /// Errno, or 0.
  [[nodiscard]] virtual int write_sysctl(std::string_view name, std::string_view text) = 0;

  /// For requests about policies.
  [[nodiscard]] virtual Transport& transport() = 0;
};

/// A fake kernel, whose clock moves by pass_time() alone.
[[nodiscard]] std::unique_ptr<FlowGround> fake_flow_ground(const KernelProfile& profile);
/// The real kernel, between two tun devices in a fresh network namespace, which the calling thread
/// is in from then on, with rules by iptables-nft or -legacy (`backend`, a literal). Otherwise:
/// what it lacks.
[[nodiscard]] tl::expected<std::unique_ptr<FlowGround>, std::string> real_flow_ground(
    std::string_view backend = "nft");

}  // namespace cttimeout::test
