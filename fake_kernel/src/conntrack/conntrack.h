// Conntrack: the table of flows, and what a packet does to it. No clock: the tick comes with a
// call.
#pragma once

#include <tsl/robin_map.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>

#include "conntrack/ct_rules.h"
#include "conntrack/flow.h"
#include "conntrack/tracker.h"
#include "core/network_namespace.h"
#include "cttimeout/defaults.h"
#include "cttimeout/flow.h"

namespace cttimeout::fake {

/// An event of conntrack (K-FLOW-310).
struct FlowEvent {
  using Kind = cttimeout::FlowEvent::Kind;

  Kind kind;
  const Flow& flow;
  std::uint64_t tick;          ///< when
  bool state_changed = false;  ///< an update of the tracker's state
  bool was_expired = false;    ///< a destruction because its time had come
};

/// Ticks are those of the namespace's clock; `now` is never before that of an earlier call. No call
/// finds a flow whose deadline has come: each first destroys those, as expire() does.
class Conntrack {
 public:
  using Observer = std::function<void(const FlowEvent&)>;

  Conntrack(const NetworkNamespace& net, const Defaults& defaults);
  Conntrack(const Conntrack&) = delete;
  Conntrack& operator=(const Conntrack&) = delete;

  ConntrackSysctls sysctls = {};
  CtRules rules = {};
  Observer observer = {};  ///< told of every event, in order; it calls nothing of this

  /// A packet arrives.
  PacketState packet(const Packet& packet, std::uint64_t now);

  /// Destroys the flows whose deadlines have come, each with the tick of its deadline.
  void expire(std::uint64_t now);

  /// The flow with that tuple in either direction; nullptr if there is none.
  [[nodiscard]] Flow* find(const Tuple& tuple, std::uint64_t now);
  /// By hand, as CTA_TIMEOUT does: 2^31 - 1 ticks at most, none below 0 (K-FLOW-285).
  void set_timeout(Flow& flow, std::chrono::seconds timeout, std::uint64_t now);
  void destroy(Flow& flow, std::uint64_t now);
  void flush(std::uint64_t now);

  /// Flows in order of creation.
  [[nodiscard]] const std::list<Flow>& flows(std::uint64_t now);

  /// Those that its next packet takes, and what else decides (K-FLOW-262 to 264).
  [[nodiscard]] const Policy* policy_of(const Flow& flow) const;
  /// The tracker of its protocol; that of all others if it has none.
  [[nodiscard]] const Protocol& protocol_of(const Tuple& tuple) const {
    return net_.tracker_or_generic(tuple.protocol);
  }

 private:
  using Flows = std::list<Flow>;

  [[nodiscard]] PacketState icmp_error(const Packet& packet);
  [[nodiscard]] PacketState pass_on(const Packet& packet, const Tuple& tuple,
                                    const CtTarget* target, std::uint64_t now);
  [[nodiscard]] Tuple key_of(const Packet& packet) const;
  [[nodiscard]] Flow* find(const Tuple& tuple);
  [[nodiscard]] const Ticks& timeouts(const Flow& flow) const;
  [[nodiscard]] TrackerResult track(Flow& flow, const TrackerInput& input) const;
  void confirm(Flow flow, std::uint64_t now);
  /// Looks again when its deadline comes, or sooner.
  void schedule(Flow& flow, std::uint64_t now);
  void file(Flow& flow, std::uint64_t due);
  void remove(Flow& flow, const FlowEvent& event);
  void tell(const FlowEvent& event) const;

  const NetworkNamespace& net_;
  const Defaults& defaults_;
  const bool older_tcp_window_;
  const bool inexact_rst_is_unacknowledged_;
  Flows flows_;
  tsl::robin_map<Tuple, Flows::iterator, TupleHash> by_tuple_;
  FlowQueue queue_;
};

}  // namespace cttimeout::fake
