// Conntrack: the table of flows, and what a packet does to it. No clock: the tick comes with a
// call.
#pragma once

#include <tsl/robin_map.h>

#include <cstdint>
#include <functional>
#include <list>
#include <memory>

#include "conntrack/flow.h"
#include "conntrack/tracker.h"
#include "core/network_namespace.h"
#include "cttimeout/defaults.h"

namespace cttimeout::fake {

/// What rules see as the state of a packet (K-FLOW-112).
enum class PacketState : std::uint8_t {
  fresh,  ///< NEW
  established,
  established_reply,
  related,
  related_reply,
  invalid,
  untracked,
};

/// What a rule of the CT target gives to packets.
struct CtTarget {
  bool untracked = false;
  std::shared_ptr<const Policy> policy = {};
};

/// An event of conntrack (K-FLOW-310).
struct FlowEvent {
  enum class Kind : std::uint8_t { fresh, update, destroy };

  Kind kind;
  const Flow& flow;
  bool state_changed;  ///< an update of the tracker's state
  bool was_expired;    ///< a destruction because its time had come
};

class Conntrack {
 public:
  using Observer = std::function<void(const FlowEvent&)>;

  Conntrack(const NetworkNamespace& net, const Defaults& defaults)
      : net_(net), defaults_(defaults) {}

  ConntrackSysctls sysctls = {};
  Observer observer = {};  ///< told of every event, in order

  /// A packet arrives, to which that target of a rule belongs; nullptr if no rule matched.
  PacketState packet(const Packet& packet, const CtTarget* target, std::uint32_t now);

  /// The flow with that tuple in either direction, unless it has expired. nullptr if there is none.
  [[nodiscard]] Flow* find(const Tuple& tuple, std::uint32_t now);
  /// By hand, as CTA_TIMEOUT does: 2^31 - 1 ticks at most (K-FLOW-285).
  void set_timeout(Flow& flow, std::uint64_t ticks, std::uint32_t now);
  void destroy(Flow& flow, std::uint32_t now);
  void flush(std::uint32_t now);

  /// Flows in the table, also those that have expired and were not looked at since.
  [[nodiscard]] std::size_t size() const { return flows_.size(); }

 private:
  using Flows = std::list<Flow>;

  [[nodiscard]] PacketState icmp_error(const Packet& packet, std::uint32_t now);
  [[nodiscard]] const Ticks& timeouts(const Flow& flow) const;
  [[nodiscard]] TrackerResult track(Flow& flow, const TrackerInput& input) const;
  void confirm(Flow flow);
  void tell(FlowEvent::Kind kind, const Flow& flow, bool state_changed, bool was_expired) const;

  const NetworkNamespace& net_;
  const Defaults& defaults_;
  Flows flows_;
  tsl::robin_map<Tuple, Flows::iterator, TupleHash> by_tuple_;
};

}  // namespace cttimeout::fake
