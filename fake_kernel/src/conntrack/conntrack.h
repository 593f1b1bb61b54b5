// Conntrack: the table of flows, and what a packet does to it. No clock: the tick comes with a
// call.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "conntrack/ct_rules.h"
#include "conntrack/expiry_wheel.h"
#include "conntrack/flow_table.h"
#include "conntrack/timeout_sources.h"
#include "conntrack/tracker.h"
#include "core/network_namespace.h"
#include "cttimeout/defaults.h"
#include "cttimeout/flow.h"

namespace cttimeout::fake {

/// An event of conntrack (K-FLOW-310).
struct FlowEvent {
  using Kind = cttimeout::FlowEvent::Kind;

  Kind kind;
  FlowId flow;
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
  /// Packets arrive, one after the other: the same, faster. `states` has room for each.
  void packets(std::span<const Packet> packets, std::span<PacketState> states, std::uint64_t now);

  /// Destroys the flows whose deadlines have come, each with the tick of its deadline.
  void expire(std::uint64_t now);

  /// The flow with that tuple in either direction; no_flow if there is none.
  [[nodiscard]] FlowId find(const Tuple& tuple, std::uint64_t now);
  /// By hand, as CTA_TIMEOUT does: 2^31 - 1 ticks at most, none below 0 (K-FLOW-285).
  void set_timeout(FlowId id, std::chrono::seconds timeout, std::uint64_t now);
  void destroy(FlowId id, std::uint64_t now);
  void flush(std::uint64_t now);

  /// As they were when a call of the above returned.
  [[nodiscard]] const FlowTable& flows() const { return flows_; }
  /// Those that its next packet takes, and what else decides (K-FLOW-262 to 264).
  [[nodiscard]] const TimeoutSource& timeouts_of(const Flow& flow) const {
    return sources_[flow.timeouts];
  }
  /// The tracker of a protocol; that of all others if it has none.
  [[nodiscard]] const Protocol& tracker(std::uint8_t protocol) const {
    return *trackers_[protocol];
  }

 private:
  /// The state of a packet that belongs to no flow; nullopt if the table has to be asked.
  [[nodiscard]] std::optional<PacketState> judge(const Packet& packet) const;
  [[nodiscard]] PacketState icmp_error(const Packet& packet) const;
  [[nodiscard]] PacketState pass_on(const Packet& packet, const FlowKey& key,
                                    FlowTable::Found found, std::uint64_t now);
  [[nodiscard]] FlowKey key_of(const Tuple& tuple) const {
    return FlowKey(tuple, is_tracked(tuple.protocol));
  }
  [[nodiscard]] bool is_tracked(std::uint8_t protocol) const {
    return tracker(protocol).number != generic_protocol;
  }
  [[nodiscard]] FlowId begin(const Packet& packet, const FlowKey& key);
  [[nodiscard]] const Ticks& ticks(const Flow& flow) const;
  [[nodiscard]] TrackerResult track(Flow& flow, const TrackerInput& input) const;
  void confirm(const FlowKey& key, FlowId id, std::uint64_t now);
  void discard(FlowId id);
  /// Looks again when its deadline comes, or sooner: a refresh that is later than the wheel looks
  /// costs nothing.
  void schedule(FlowId id, Flow& flow, std::uint64_t now) {
    const auto sooner = static_cast<std::int32_t>(flow.due - flow.deadline);
    if (!flow.is_filed || sooner > 0) file(id, flow, now);
  }
  void file(FlowId id, Flow& flow, std::uint64_t now);
  void look(FlowId id, std::uint64_t tick, std::uint64_t span);
  void remove(const FlowEvent& event);
  void tell(const FlowEvent& event) const;

  const NetworkNamespace& net_;
  const Defaults& defaults_;
  std::array<const Protocol*, 256> trackers_{};  // by protocol
  const TrackerSettings settings_;
  FlowTable flows_;
  TimeoutSources sources_;
  ExpiryWheel wheel_;
};

}  // namespace cttimeout::fake
