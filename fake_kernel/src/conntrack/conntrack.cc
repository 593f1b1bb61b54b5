// Conntrack: the table of flows, and what a packet does to it.
#include "conntrack/conntrack.h"

#include <netinet/in.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace cttimeout::fake {
namespace {

/// Neighbour discovery and multicast listeners (K-FLOW-205).
bool is_never_tracked(const Tuple& tuple) {
  constexpr std::uint8_t listener_query = 130;
  constexpr std::uint8_t neighbour_advertisement = 136;
  constexpr std::uint8_t listener_report_2 = 143;
  if (!is_icmp(tuple) || tuple.family != AF_INET6) return false;
  return (tuple.icmp_type >= listener_query && tuple.icmp_type <= neighbour_advertisement) ||
         tuple.icmp_type == listener_report_2;
}

Direction direction_of(const Flow& flow, const Tuple& tuple) {
  return flow.tuples[original] == tuple ? original : reply;
}

bool is_ip(const Tuple& tuple) {
  return tuple.family == AF_INET || tuple.family == AF_INET6;
}

/// K-FLOW-260: the policy is that of the rule which the packet has met.
Flow begin(const Tuple& tuple, const CtTarget* target) {
  Flow flow{.tuples = {tuple, inverse(tuple)}};
  if (target != nullptr && target->policy != nullptr) {
    flow.policy = target->policy;
    flow.policy_was_listed = target->policy->listed;
  }
  return flow;
}

/// Decided before the tracker looks at the packet (K-FLOW-112).
PacketState state_of(const Flow& flow, Direction direction) {
  if (direction == reply) return PacketState::established_reply;
  return flow.has(seen_reply) ? PacketState::established : PacketState::new_flow;
}

}  // namespace

Conntrack::Conntrack(const NetworkNamespace& net, const Defaults& defaults)
    : net_(net),
      defaults_(defaults),
      older_tcp_window_(net.has(Behaviour::older_tcp_window)),
      inexact_rst_is_unacknowledged_(net.has(Behaviour::inexact_rst_is_unacknowledged)) {}

// K-FLOW-111
PacketState Conntrack::packet(const Packet& packet, std::uint64_t now) {
  expire(now);
  if (packet.flaw == Flaw::fragment) return PacketState::fragment;
  const CtTarget* target = rules.find(packet);
  if (target != nullptr && target->untracked) return PacketState::untracked;
  const bool is_verified = sysctls.checksum != 0 && packet.hook == Hook::prerouting;
  const bool has_flaw = packet.flaw != Flaw::wrong_checksum || is_verified;
  if ((packet.flaw != Flaw::none && has_flaw) || !is_ip(packet.tuple)) return PacketState::invalid;
  if (is_never_tracked(packet.tuple)) return PacketState::untracked;
  if (is_icmp_error(packet.tuple)) return icmp_error(packet);
  if (!has_inverse(packet.tuple)) return PacketState::invalid;
  return pass_on(packet, key_of(packet), target, now);
}

PacketState Conntrack::pass_on(const Packet& packet, const Tuple& tuple, const CtTarget* target,
                               std::uint64_t now) {
  Flow* known = find(tuple);
  std::optional<Flow> begun;
  if (known == nullptr) begun = begin(tuple, target);
  Flow& flow = known != nullptr ? *known : *begun;
  const Direction direction = direction_of(flow, tuple);
  const PacketState state = state_of(flow, direction);
  const TrackerInput input{.packet = packet,
                           .direction = direction,
                           .is_new = known == nullptr,
                           .now = static_cast<std::uint32_t>(now),
                           .hz = net_.profile.hz,
                           .timeouts = timeouts(flow),
                           .sysctls = sysctls,
                           .older_tcp_window = older_tcp_window_,
                           .inexact_rst_is_unacknowledged = inexact_rst_is_unacknowledged_};
  const TrackerResult result = track(flow, input);
  const std::uint32_t before = flow.status;
  if (result.is_assured) flow.status |= assured;
  switch (result.outcome) {
    case Tracked::invalid:
      if (known == nullptr) return PacketState::invalid;
      flow.state_untold |= result.state_changed;
      schedule(flow, now);  // K-FLOW-172 may have cut its deadline
      return PacketState::invalid;
    case Tracked::repeat:
      destroy(flow, now);
      return pass_on(packet, tuple, target, now);
    case Tracked::destroyed:
      destroy(flow, now);
      return state;
    case Tracked::refreshed:
    case Tracked::accepted:
      break;
  }
  if (direction == reply) flow.status |= seen_reply;
  if (result.outcome == Tracked::refreshed && !flow.has(fixed_timeout)) {
    flow.deadline = input.now + input.timeouts[result.slot];
    flow.slot = static_cast<std::uint8_t>(result.slot + 1);
  }
  if (known == nullptr) {
    confirm(*std::move(begun), now);
    return state;
  }
  schedule(flow, now);
  const bool state_changed = result.state_changed || flow.state_untold;
  flow.state_untold = false;
  if (flow.status != before || state_changed) {
    tell({.kind = FlowEvent::Kind::updated,
          .flow = flow,
          .tick = now,
          .state_changed = state_changed});
  }
  return state;
}

// K-FLOW-141 to 143: the flow that it is about is not touched.
PacketState Conntrack::icmp_error(const Packet& packet) {
  const auto* error = std::get_if<IcmpError>(&packet.transport);
  if (error == nullptr || !error->quoted || !has_inverse(*error->quoted)) {
    return PacketState::invalid;
  }
  const Tuple tuple = inverse(*error->quoted);
  const Flow* flow = find(tuple);
  if (flow == nullptr || !(packet.tuple.destination == tuple.destination)) {
    return PacketState::invalid;
  }
  return direction_of(*flow, tuple) == original ? PacketState::related : PacketState::related_reply;
}

void Conntrack::expire(std::uint64_t now) {
  while (!queue_.empty() && queue_.begin()->first <= now) {
    const std::uint64_t tick = queue_.begin()->first;
    Flow& flow = *queue_.begin()->second;
    if (const std::int32_t left = ticks_left(flow, tick); left > 0) {
      file(flow, tick + static_cast<std::uint64_t>(left));
    } else {
      remove(flow,
             {.kind = FlowEvent::Kind::destroyed, .flow = flow, .tick = tick, .was_expired = true});
    }
  }
}

Flow* Conntrack::find(const Tuple& tuple, std::uint64_t now) {
  expire(now);
  return find(tuple);
}

Flow* Conntrack::find(const Tuple& tuple) {
  const auto found = by_tuple_.find(tuple);
  return found != by_tuple_.end() ? &*found.value() : nullptr;
}

void Conntrack::set_timeout(Flow& flow, std::chrono::seconds timeout, std::uint64_t now) {
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  const std::int64_t seconds = std::clamp<std::int64_t>(timeout.count(), 0, most);
  const std::int64_t ticks = std::min(seconds * net_.profile.hz, most);
  flow.deadline = static_cast<std::uint32_t>(now) + static_cast<std::uint32_t>(ticks);
  flow.slot = 0;
  schedule(flow, now);
  tell({.kind = FlowEvent::Kind::updated, .flow = flow, .tick = now, .state_changed = true});
}

void Conntrack::destroy(Flow& flow, std::uint64_t now) {
  remove(flow, {.kind = FlowEvent::Kind::destroyed, .flow = flow, .tick = now});
}

void Conntrack::flush(std::uint64_t now) {
  expire(now);
  while (!flows_.empty()) destroy(flows_.front(), now);
}

const std::list<Flow>& Conntrack::flows(std::uint64_t now) {
  expire(now);
  return flows_;
}

// Either all of it is there, or nothing.
void Conntrack::confirm(Flow flow, std::uint64_t now) {
  flow.status |= confirmed;
  flow.queued = queue_.end();
  Flows made;
  made.push_back(std::move(flow));
  const auto place = made.begin();
  try {
    by_tuple_.insert({place->tuples[reply], place});
    by_tuple_.insert_or_assign(place->tuples[original], place);
    schedule(*place, now);
  } catch (...) {
    for (const Tuple& tuple : place->tuples) by_tuple_.erase(tuple);
    throw;
  }
  flows_.splice(flows_.end(), made);
  tell({.kind = FlowEvent::Kind::created, .flow = *place, .tick = now, .state_changed = true});
}

// A refresh that is later than the queue looks costs nothing: the flow is filed again then.
void Conntrack::schedule(Flow& flow, std::uint64_t now) {
  const std::uint64_t due = now + static_cast<std::uint64_t>(std::max(ticks_left(flow, now), 0));
  if (flow.queued == queue_.end()) {
    flow.queued = queue_.emplace(due, &flow);
  } else if (due < flow.queued->first) {
    file(flow, due);
  }
}

void Conntrack::file(Flow& flow, std::uint64_t due) {
  auto node = queue_.extract(flow.queued);
  node.key() = due;
  flow.queued = queue_.insert(std::move(node));
}

void Conntrack::remove(Flow& flow, const FlowEvent& event) {
  tell(event);
  const auto place = by_tuple_.find(flow.tuples[original]).value();
  by_tuple_.erase(flow.tuples[original]);
  by_tuple_.erase(flow.tuples[reply]);
  queue_.erase(flow.queued);
  flows_.erase(place);
}

Tuple Conntrack::key_of(const Packet& packet) const {
  Tuple key = packet.tuple;
  const std::uint8_t tracker = protocol_of(key).number;
  if (tracker == generic_protocol) key.source_port = key.destination_port = 0;
  if (tracker != IPPROTO_ICMP && tracker != IPPROTO_ICMPV6) key.icmp_type = key.icmp_code = 0;
  return key;
}

// A policy that was deleted goes on for the flows that a rule gave it to afterwards.
const Policy* Conntrack::policy_of(const Flow& flow) const {
  const Policy* policy = flow.policy.get();
  return policy != nullptr && (policy->listed || !flow.policy_was_listed) ? policy : nullptr;
}

const Ticks& Conntrack::timeouts(const Flow& flow) const {
  if (const auto* gre = std::get_if<GreFlow>(&flow.tracker)) return gre->timeouts;
  const Policy* policy = policy_of(flow);
  return policy != nullptr ? policy->ticks : defaults_.of(protocol_of(flow.tuples[original]));
}

TrackerResult Conntrack::track(Flow& flow, const TrackerInput& input) const {
  switch (protocol_of(input.packet.tuple).number) {
    case IPPROTO_TCP:
      return track_tcp(flow, input);
    case IPPROTO_SCTP:
      return track_sctp(flow, input);
    case IPPROTO_DCCP:
      return track_dccp(flow, input);
    case IPPROTO_UDP:
      return track_udp(flow, input);
    case IPPROTO_UDPLITE:
      return track_udplite(flow);
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
      return track_icmp(input);
    case IPPROTO_GRE:
      return track_gre(flow, input);
    default:
      return track_generic();
  }
}

void Conntrack::tell(const FlowEvent& event) const {
  if (observer) observer(event);
}

}  // namespace cttimeout::fake
