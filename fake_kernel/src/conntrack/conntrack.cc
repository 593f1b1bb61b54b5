// Conntrack: the table of flows, and what a packet does to it.
#include "conntrack/conntrack.h"

#include <netinet/in.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace cttimeout::fake {
namespace {

/// Neighbour discovery and multicast listeners (K-FLOW-205).
bool is_never_tracked(const Packet& packet) {
  constexpr std::uint8_t listener_query = 130;
  constexpr std::uint8_t neighbour_advertisement = 136;
  constexpr std::uint8_t listener_report_2 = 143;
  if (!is_icmp(packet) || packet.family != AF_INET6) return false;
  return (packet.icmp_type >= listener_query && packet.icmp_type <= neighbour_advertisement) ||
         packet.icmp_type == listener_report_2;
}

/// Decided before the tracker looks at the packet (K-FLOW-112).
PacketState state_of(const Flow& flow, Direction direction) {
  if (direction == reply) return PacketState::established_reply;
  return flow.has(seen_reply) ? PacketState::established : PacketState::fresh;
}

}  // namespace

// K-FLOW-111
PacketState Conntrack::packet(const Packet& packet, const CtTarget* target, std::uint32_t now) {
  if ((target != nullptr && target->untracked) || is_never_tracked(packet)) {
    return PacketState::untracked;
  }
  const bool counts = packet.flaw != Flaw::wrong_checksum || sysctls.checksum;
  if (packet.flaw != Flaw::none && counts) return PacketState::invalid;
  if (is_icmp_error(packet)) return icmp_error(packet, now);
  if (!has_inverse(packet)) return PacketState::invalid;

  const Tuple tuple = tuple_of(packet);
  Flow* known = find(tuple, now);
  Flow begun{.tuples = {tuple, inverse(tuple)}};
  if (known == nullptr && target != nullptr && target->policy != nullptr) {
    begun.policy = target->policy;
    begun.policy_was_listed = target->policy->listed;
  }
  Flow& flow = known != nullptr ? *known : begun;
  const Direction direction = flow.tuples[original] == tuple ? original : reply;
  const PacketState state = state_of(flow, direction);
  const TrackerResult result = track(
      flow, {.packet = packet,
             .direction = direction,
             .is_new = known == nullptr,
             .now = now,
             .hz = net_.profile.hz,
             .timeouts = timeouts(flow),
             .sysctls = sysctls,
             .older_tcp_window = net_.has(Behaviour::older_tcp_window),
             .inexact_rst_is_unacknowledged = net_.has(Behaviour::inexact_rst_is_unacknowledged)});
  if (result.outcome == Tracked::invalid) return PacketState::invalid;
  if (result.outcome == Tracked::repeat) {
    destroy(flow, now);
    return this->packet(packet, target, now);
  }
  if (result.outcome == Tracked::destroyed) {
    destroy(flow, now);
    return state;
  }
  const std::uint32_t before = flow.status;
  if (direction == reply) flow.status |= seen_reply;
  if (result.is_assured) flow.status |= assured;
  if (result.outcome == Tracked::refreshed && !flow.has(fixed_timeout)) {
    flow.deadline = now + result.timeout;
  }
  if (known == nullptr) {
    confirm(std::move(begun));
  } else if (flow.status != before || result.state_changed) {
    tell(FlowEvent::Kind::update, flow, result.state_changed, false);
  }
  return state;
}

// K-FLOW-141 to 143: the flow that it is about is not touched.
PacketState Conntrack::icmp_error(const Packet& packet, std::uint32_t now) {
  const auto* error = std::get_if<IcmpError>(&packet.transport);
  if (error == nullptr || error->quoted == nullptr) return PacketState::invalid;
  if (!has_inverse(*error->quoted)) return PacketState::invalid;
  const Tuple tuple = inverse(tuple_of(*error->quoted));
  const Flow* flow = find(tuple, now);
  if (flow == nullptr) return PacketState::invalid;
  const Direction direction = flow->tuples[original] == tuple ? original : reply;
  if (!(packet.destination == tuple.destination)) return PacketState::invalid;
  return direction == original ? PacketState::related : PacketState::related_reply;
}

Flow* Conntrack::find(const Tuple& tuple, std::uint32_t now) {
  const auto found = by_tuple_.find(tuple);
  if (found == by_tuple_.end()) return nullptr;
  Flow& flow = *found.value();
  if (!expired(flow, now)) return &flow;
  destroy(flow, now);
  return nullptr;
}

void Conntrack::set_timeout(Flow& flow, std::uint64_t ticks, std::uint32_t now) {
  constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max();
  flow.deadline = now + static_cast<std::uint32_t>(std::min(ticks, most));
  tell(FlowEvent::Kind::update, flow, true, false);
}

void Conntrack::destroy(Flow& flow, std::uint32_t now) {
  const auto place = by_tuple_.find(flow.tuples[original]).value();
  by_tuple_.erase(flow.tuples[original]);
  by_tuple_.erase(flow.tuples[reply]);
  flow.status |= dying;
  tell(FlowEvent::Kind::destroy, flow, false, expired(flow, now));
  flows_.erase(place);
}

void Conntrack::flush(std::uint32_t now) {
  while (!flows_.empty()) destroy(flows_.front(), now);
}

void Conntrack::confirm(Flow flow) {
  flow.status |= confirmed;
  flows_.push_back(std::move(flow));
  const auto place = std::prev(flows_.end());
  by_tuple_.insert({place->tuples[reply], place});
  by_tuple_.insert_or_assign(place->tuples[original], place);
  tell(FlowEvent::Kind::fresh, *place, true, false);
}

// K-FLOW-262 to 264: looked up at every packet. A policy that was deleted goes on for the flows
// that a rule gave it to afterwards.
const Ticks& Conntrack::timeouts(const Flow& flow) const {
  if (flow.policy != nullptr && (flow.policy->listed || !flow.policy_was_listed)) {
    return flow.policy->ticks;
  }
  const Protocol* protocol = net_.tracker(flow.tuples[original].protocol);
  return defaults_.of(protocol != nullptr ? *protocol : *find_protocol(generic_protocol));
}

TrackerResult Conntrack::track(Flow& flow, const TrackerInput& input) const {
  const std::uint8_t protocol = input.packet.protocol;
  switch (net_.tracker(protocol) != nullptr ? protocol : generic_protocol) {
    case IPPROTO_TCP:
      return track_tcp(flow, input);
    case IPPROTO_SCTP:
      return track_sctp(flow, input);
    case IPPROTO_DCCP:
      return track_dccp(flow, input);
    case IPPROTO_UDP:
      return track_udp(flow, input);
    case IPPROTO_UDPLITE:
      return track_udplite(flow, input);
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
      return track_icmp(input);
    case IPPROTO_GRE:
      return track_gre(flow, input);
    default:
      return track_generic(input);
  }
}

void Conntrack::tell(FlowEvent::Kind kind, const Flow& flow, bool state_changed,
                     bool was_expired) const {
  if (!observer) return;
  observer(
      {.kind = kind, .flow = flow, .state_changed = state_changed, .was_expired = was_expired});
}

}  // namespace cttimeout::fake
