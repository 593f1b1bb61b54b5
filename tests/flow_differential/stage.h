// Stage: a ground with policies and rules on which drawn sequences are played.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "act.h"
#include "flows/flow_ground.h"

namespace cttimeout::test {

/// What an act came to.
struct Outcome {
  std::optional<PacketState> state = {};  ///< of a packet, if it came out
  int error = 0;                          ///< errno of what is no packet, 0 if it was done
  std::optional<Flow> flow = {};          ///< afterwards

  /// Such as `NEW, tcp state 3, status 0xe, flags 3 3, scales 0 0, 1000 s`.
  [[nodiscard]] std::string text() const;
};

/// The same but for what passes with time: a second, on kernels that count by themselves.
[[nodiscard]] bool alike(const Outcome& a, const Outcome& b);

class Stage {
 public:
  /// Adds the standing policies and rules. The profile says which protocols the kernel tracks. Both
  /// outlive it.
  Stage(FlowGround& ground, const KernelProfile& profile);

  /// Not for a pause. `key`: the flow to look at afterwards, if any.
  [[nodiscard]] Outcome play(const Act& act, const std::optional<Tuple>& key);
  /// Everything that the last sequence has changed, but for its flows, is as it was.
  void restore();
  void flush_flows() { ground_.flush_flows(); }

 private:
  void set_policy(const std::string& network, std::uint8_t protocol, std::uint32_t seconds);
  int delete_policy(const std::string& network, std::uint8_t protocol);
  int add_rule(std::uint8_t family, std::uint8_t network, std::uint8_t protocol,
               const std::string& policy);
  int set_default(std::uint8_t protocol, std::uint32_t seconds);

  [[nodiscard]] std::uint8_t tracker(std::uint8_t protocol) const;
  [[nodiscard]] std::string name_of(const std::string& network, std::uint8_t protocol) const;

  FlowGround& ground_;
  const KernelProfile& profile_;
  std::size_t standing_rules_ = 0;  // of each family
  std::vector<Act> changes_;        // of the present sequence, to be undone
};

}  // namespace cttimeout::test
