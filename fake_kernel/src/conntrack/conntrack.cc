// Conntrack: the table of flows, and what a packet does to it.
#include "conntrack/conntrack.h"

#include <netinet/in.h>

#include <algorithm>
#include <limits>
#include <memory>

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

bool is_ip(const Tuple& tuple) {
  return tuple.family == AF_INET || tuple.family == AF_INET6;
}

/// Decided before the tracker looks at the packet (K-FLOW-112).
PacketState state_of(const Flow& flow, Direction direction) {
  static constexpr std::array<std::array<PacketState, 2>, 2> states{{
      {PacketState::new_flow, PacketState::established},
      {PacketState::established_reply, PacketState::established_reply},
  }};
  return states[direction][flow.seen_reply ? 1 : 0];
}

}  // namespace

Conntrack::Conntrack(const NetworkNamespace& net, const Defaults& defaults)
    : net_(net),
      defaults_(defaults),
      settings_{.sysctls = sysctls,
                .hz = net.profile.hz,
                .older_tcp_window = net.has(Behaviour::older_tcp_window),
                .inexact_rst_is_unacknowledged = net.has(Behaviour::inexact_rst_is_unacknowledged),
                .cut_dccp_is_dropped = net.has(Behaviour::cut_dccp_is_dropped),
                .every_init_opens = net.has(Behaviour::every_init_opens)} {
  for (std::size_t protocol = 0; protocol < trackers_.size(); ++protocol) {
    trackers_[protocol] = &net.tracker_or_generic(static_cast<std::uint8_t>(protocol));
  }
}

PacketState Conntrack::packet(const Packet& packet, std::uint64_t now) {
  expire(now);
  if (const auto state = judge(packet)) return *state;
  const FlowKey key = key_of(packet.tuple);
  return pass_on(packet, key, flows_.find(key), now);
}

// The memory of a packet is brought near while those before it are at work. Groups of 16 and of 64
// were slower.
void Conntrack::packets(std::span<const Packet> packets, std::span<PacketState> states,
                        std::uint64_t now) {
  constexpr std::size_t group_size = 32;
  std::array<FlowKey, group_size> keys;
  std::array<FlowId, group_size> likely{};
  while (!packets.empty()) {
    const auto group = packets.first(std::min(packets.size(), group_size));
    for (std::size_t i = 0; i < group.size(); ++i) {
      const Tuple& tuple = group[i].tuple;
      std::construct_at(&keys[i], tuple, is_tracked(tuple.protocol));
      flows_.prefetch_index(keys[i]);
    }
    for (std::size_t i = 0; i < group.size(); ++i) likely[i] = flows_.prefetch_flow(keys[i]);
    for (std::size_t i = 0; i < group.size(); ++i) {
      expire(now);
      const auto state = judge(group[i]);
      states[i] = state ? *state : pass_on(group[i], keys[i], flows_.find(keys[i], likely[i]), now);
    }
    packets = packets.subspan(group.size());
    states = states.subspan(group.size());
  }
}

// K-FLOW-111
std::optional<PacketState> Conntrack::judge(const Packet& packet) const {
  if (packet.flaw == Flaw::fragment) return PacketState::fragment;
  if (rules.are_untracked(packet)) return PacketState::untracked;
  const bool is_verified = sysctls.checksum != 0 && packet.hook == Hook::prerouting;
  const bool has_flaw = packet.flaw != Flaw::wrong_checksum || is_verified;
  if ((packet.flaw != Flaw::none && has_flaw) || !is_ip(packet.tuple)) return PacketState::invalid;
  if (!has_icmp_type(packet.tuple.protocol)) return std::nullopt;
  if (is_never_tracked(packet.tuple)) return PacketState::untracked;
  if (is_icmp_error(packet.tuple)) return icmp_error(packet);
  if (!has_inverse(packet.tuple)) return PacketState::invalid;
  return std::nullopt;
}

PacketState Conntrack::pass_on(const Packet& packet, const FlowKey& key, FlowTable::Found found,
                               std::uint64_t now) {
  const bool is_new = found.flow == nullptr;
  const FlowId id = is_new ? begin(packet, key) : found.id;
  Flow& flow = is_new ? flows_[id] : *found.flow;
  const PacketState state = state_of(flow, found.direction);
  const TrackerInput input{.packet = packet,
                           .direction = found.direction,
                           .is_new = is_new,
                           .now = static_cast<std::uint32_t>(now),
                           .timeouts = ticks(flow),
                           .settings = settings_};
  const TrackerResult result = track(flow, input);
  bool has_news = result.is_assured && !flow.assured;
  flow.assured |= result.is_assured;
  switch (result.outcome) {
    case Tracked::dropped:
      if (is_new) discard(id);
      return PacketState::dropped;
    case Tracked::invalid:
      if (is_new) {
        discard(id);
        return PacketState::invalid;
      }
      flow.state_untold |= result.state_changed;
      schedule(id, flow, now);  // K-FLOW-172 may have cut its deadline
      return PacketState::invalid;
    case Tracked::repeat:
      destroy(id, now);
      return pass_on(packet, key, {}, now);
    case Tracked::destroyed:
      destroy(id, now);
      return state;
    case Tracked::refreshed:
    case Tracked::accepted:
      break;
  }
  const bool is_reply = found.direction == reply;
  has_news |= is_reply && !flow.seen_reply;
  flow.seen_reply |= is_reply;
  if (result.outcome == Tracked::refreshed) {
    flow.deadline = input.now + input.timeouts[result.slot];
    flow.slot = (result.slot + 1) & 0xfU;
  }
  if (is_new) {
    confirm(key, id, now);
    return state;
  }
  schedule(id, flow, now);
  const bool state_changed = result.state_changed || flow.state_untold;
  flow.state_untold = false;
  if (has_news || state_changed) {
    tell({.kind = FlowEvent::Kind::updated,
          .flow = id,
          .tick = now,
          .state_changed = state_changed});
  }
  return state;
}

// K-FLOW-141 to 143: the flow that it is about is not touched.
PacketState Conntrack::icmp_error(const Packet& packet) const {
  const auto* error = std::get_if<IcmpError>(&packet.transport);
  if (error == nullptr || !error->quoted || !has_inverse(*error->quoted)) {
    return PacketState::invalid;
  }
  const Tuple tuple = inverse(*error->quoted);
  const FlowTable::Found found = flows_.find(key_of(tuple));
  if (found.flow == nullptr || !(packet.tuple.destination == tuple.destination)) {
    return PacketState::invalid;
  }
  return found.direction == original ? PacketState::related : PacketState::related_reply;
}

void Conntrack::expire(std::uint64_t now) {
  wheel_.run(
      now, [&](FlowId id) { flows_.prefetch(id); },
      [&](FlowId id, std::uint64_t tick, std::uint64_t span) { look(id, tick, span); });
}

// An entry that does not say when the flow is due was there before the flow was filed again.
void Conntrack::look(FlowId id, std::uint64_t tick, std::uint64_t span) {
  Flow& flow = flows_[id];
  const std::uint32_t after = flow.due - static_cast<std::uint32_t>(tick);
  if (!flow.is_filed || after >= span) return;
  flow.is_filed = false;
  if (!flows_.is_taken(id)) return;
  if (ticks_left(flow, tick) > 0) {
    schedule(id, flow, tick);
  } else {
    remove({.kind = FlowEvent::Kind::destroyed, .flow = id, .tick = tick, .was_expired = true});
  }
}

FlowId Conntrack::find(const Tuple& tuple, std::uint64_t now) {
  expire(now);
  return is_ip(tuple) ? flows_.find(key_of(tuple)).id : no_flow;
}

void Conntrack::set_timeout(FlowId id, std::chrono::seconds timeout, std::uint64_t now) {
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  const std::int64_t seconds = std::clamp<std::int64_t>(timeout.count(), 0, most);
  const std::int64_t ticks = std::min(seconds * net_.profile.hz, most);
  Flow& flow = flows_[id];
  flow.deadline = static_cast<std::uint32_t>(now) + static_cast<std::uint32_t>(ticks);
  flow.slot = 0;
  schedule(id, flow, now);
  tell({.kind = FlowEvent::Kind::updated, .flow = id, .tick = now, .state_changed = true});
}

void Conntrack::destroy(FlowId id, std::uint64_t now) {
  remove({.kind = FlowEvent::Kind::destroyed, .flow = id, .tick = now});
}

void Conntrack::flush(std::uint64_t now) {
  expire(now);
  flows_.each([&](FlowId id) { destroy(id, now); });
}

// K-FLOW-260: the policy is that of the rule which the packet has met.
FlowId Conntrack::begin(const Packet& packet, const FlowKey& key) {
  const Protocol& tracker = this->tracker(key.protocol);
  TimeoutSource source;
  if (const CtTarget* target = rules.find(packet); target != nullptr && target->policy != nullptr) {
    source = {.policy = target->policy, .policy_was_listed = target->policy->listed};
  }
  if (tracker.number == IPPROTO_GRE) {
    source.copied = defaults_.of(tracker);
    if (source.policy != nullptr) source.copied = source.policy->ticks;
  }
  const FlowId id = flows_.make(key, tracker.number);
  try {
    flows_[id].timeouts = sources_.share(source);
  } catch (...) {
    flows_.discard(id);
    throw;
  }
  return id;
}

// Either all of it is there, or nothing.
void Conntrack::confirm(const FlowKey& key, FlowId id, std::uint64_t now) {
  try {
    schedule(id, flows_[id], now);
    flows_.insert(key, id);
  } catch (...) {
    discard(id);
    throw;
  }
  tell({.kind = FlowEvent::Kind::created, .flow = id, .tick = now, .state_changed = true});
}

void Conntrack::discard(FlowId id) {
  sources_.release(flows_[id].timeouts);
  flows_.discard(id);
}

void Conntrack::file(FlowId id, Flow& flow, std::uint64_t now) {
  const std::uint64_t due = now + static_cast<std::uint64_t>(std::max(ticks_left(flow, now), 0));
  wheel_.file(id, due);
  flow.due = static_cast<std::uint32_t>(due);
  flow.is_filed = true;
}

void Conntrack::remove(const FlowEvent& event) {
  tell(event);
  sources_.release(flows_[event.flow].timeouts);
  flows_.erase(event.flow);
}

const Ticks& Conntrack::ticks(const Flow& flow) const {
  const TimeoutSource& source = timeouts_of(flow);
  if (source.copied) return *source.copied;
  const Policy* policy = source.current_policy();
  return policy != nullptr ? policy->ticks : defaults_.of(tracker(flow.protocol));
}

TrackerResult Conntrack::track(Flow& flow, const TrackerInput& input) const {
  switch (tracker(flow.protocol).number) {
    case IPPROTO_TCP:
      return track_tcp(static_cast<TcpFlow&>(flow), input);
    case IPPROTO_SCTP:
      return track_sctp(static_cast<SctpFlow&>(flow), input);
    case IPPROTO_DCCP:
      return track_dccp(static_cast<DccpFlow&>(flow), input);
    case IPPROTO_UDP:
      return track_udp(static_cast<UdpFlow&>(flow), input);
    case IPPROTO_UDPLITE:
    case IPPROTO_GRE:
      return track_pair(flow);
    case IPPROTO_ICMP:
    case IPPROTO_ICMPV6:
      return track_icmp(input);
    default:
      return track_generic();
  }
}

void Conntrack::tell(const FlowEvent& event) const {
  if (observer) observer(event);
}

}  // namespace cttimeout::fake
