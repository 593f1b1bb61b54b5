// What a program is shown of conntrack.
#include "show_flow.h"

#include <algorithm>
#include <array>
#include <ostream>
#include <utility>

namespace cttimeout {
namespace {

constexpr std::array<std::string_view, 10> tcp_states{
    "NONE",       "SYN_SENT", "SYN_RECV",  "ESTABLISHED", "FIN_WAIT",
    "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE",       "SYN_SENT2"};
constexpr std::array<std::string_view, 9> sctp_states{
    "NONE",          "CLOSED",        "COOKIE_WAIT",       "COOKIE_ECHOED", "ESTABLISHED",
    "SHUTDOWN_SENT", "SHUTDOWN_RECD", "SHUTDOWN_ACK_SENT", "HEARTBEAT_SENT"};
constexpr std::array<std::string_view, 8> dccp_states{"NONE", "REQUEST",  "RESPOND", "PARTOPEN",
                                                      "OPEN", "CLOSEREQ", "CLOSING", "TIMEWAIT"};

void show_tracker(Flow& shown, const fake::Flow& flow, std::uint8_t tracker) {
  if (tracker == IPPROTO_TCP) {
    const auto& [one, two] = static_cast<const fake::TcpFlow&>(flow).options;
    shown.state = tcp_states.at(flow.state);
    shown.info = TcpInfo{.state = flow.state,
                         .window_scale = {one.scale, two.scale},
                         .flags = {one.flags, two.flags}};
  } else if (tracker == IPPROTO_SCTP) {
    shown.state = sctp_states.at(flow.state);
    shown.info =
        SctpInfo{.state = flow.state, .tags = static_cast<const fake::SctpFlow&>(flow).tag};
  } else if (tracker == IPPROTO_DCCP) {
    const auto& dccp = static_cast<const fake::DccpFlow&>(flow);
    shown.state = dccp_states.at(flow.state);
    shown.info = DccpInfo{.state = flow.state,
                          .role = static_cast<std::uint8_t>(dccp.role[fake::original]),
                          .handshake = dccp.handshake};
  }
}

std::uint32_t status_of(const fake::Flow& flow) {
  std::uint32_t status = IPS_CONFIRMED;
  if (flow.seen_reply) status |= IPS_SEEN_REPLY;
  if (flow.assured) status |= IPS_ASSURED;
  return status;
}

}  // namespace

std::string_view to_string(PacketState state) {
  constexpr std::array<std::string_view, 9> names{"NEW",       "ESTABLISHED",   "ESTABLISHED reply",
                                                  "RELATED",   "RELATED reply", "INVALID",
                                                  "UNTRACKED", "FRAGMENT",      "DROPPED"};
  return names.at(static_cast<std::size_t>(state));
}

std::ostream& operator<<(std::ostream& out, PacketState state) {
  return out << to_string(state);
}

namespace fake {
namespace {

cttimeout::Flow show_at(std::uint64_t tick, FlowId id, const Host& host) {
  const FlowTable& flows = host.conntrack.flows();
  const Flow& flow = flows[id];
  const Protocol& tracker = host.conntrack.tracker(flow.protocol);
  cttimeout::Flow shown;
  shown.original = flows.tuple(id, original);
  shown.reply = flows.tuple(id, reply);
  shown.status = status_of(flow);
  const auto left = static_cast<std::uint32_t>(std::max(ticks_left(flow, tick), 0));
  shown.remaining = std::chrono::seconds(left / host.net.profile.hz);
  shown.slot = tracker.slot(flow.slot);
  if (const Policy* policy = host.conntrack.timeouts_of(flow).current_policy()) {
    shown.policy.emplace(policy->name.bytes.data(), policy->name.size);
  }
  show_tracker(shown, flow, tracker.number);
  return shown;
}

}  // namespace

cttimeout::Flow show(FlowId id, const Host& host) {
  return show_at(host.net.clock.ticks(), id, host);
}

cttimeout::FlowEvent show(const FlowEvent& event, const Host& host) {
  auto flow = show_at(event.tick, event.flow, host);
  if (event.kind == FlowEvent::Kind::destroyed) flow.status |= IPS_DYING;
  return {.kind = event.kind,
          .flow = std::move(flow),
          .ticks = event.tick,
          .state_changed = event.state_changed,
          .expired = event.was_expired};
}

std::optional<cttimeout::Flow> show_flow(Host& host, const Tuple& tuple) {
  const FlowId id = host.conntrack.find(tuple, host.net.clock.ticks());
  if (id == no_flow) return std::nullopt;
  return show(id, host);
}

}  // namespace fake
}  // namespace cttimeout
