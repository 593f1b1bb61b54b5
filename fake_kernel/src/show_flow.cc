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

void show_tracker(Flow& shown, const fake::Flow& flow) {
  if (const auto* tcp = std::get_if<fake::TcpFlow>(&flow.tracker)) {
    const auto state = static_cast<std::uint8_t>(tcp->state);
    const auto& [one, two] = tcp->side;
    shown.state = tcp_states.at(state);
    shown.info = TcpInfo{
        .state = state, .window_scale = {one.scale, two.scale}, .flags = {one.flags, two.flags}};
  } else if (const auto* sctp = std::get_if<fake::SctpFlow>(&flow.tracker)) {
    const auto state = static_cast<std::uint8_t>(sctp->state);
    shown.state = sctp_states.at(state);
    shown.info = SctpInfo{.state = state, .tags = sctp->tag};
  } else if (const auto* dccp = std::get_if<fake::DccpFlow>(&flow.tracker)) {
    const auto state = static_cast<std::uint8_t>(dccp->state);
    shown.state = dccp_states.at(state);
    shown.info = DccpInfo{.state = state,
                          .role = static_cast<std::uint8_t>(dccp->role[fake::original]),
                          .handshake = dccp->handshake};
  }
}

}  // namespace

std::string_view to_string(PacketState state) {
  constexpr std::array<std::string_view, 8> names{"NEW",       "ESTABLISHED",   "ESTABLISHED reply",
                                                  "RELATED",   "RELATED reply", "INVALID",
                                                  "UNTRACKED", "FRAGMENT"};
  return names.at(static_cast<std::size_t>(state));
}

std::ostream& operator<<(std::ostream& out, PacketState state) {
  return out << to_string(state);
}

namespace fake {
namespace {

cttimeout::Flow show_at(std::uint64_t tick, const Flow& flow, const Host& host) {
  cttimeout::Flow shown;
  shown.original = flow.tuples[original];
  shown.reply = flow.tuples[reply];
  shown.status = flow.status;
  const auto left = static_cast<std::uint32_t>(std::max(ticks_left(flow, tick), 0));
  shown.remaining = std::chrono::seconds(left / host.net.profile.hz);
  shown.slot = host.conntrack.protocol_of(flow.tuples[original]).slot(flow.slot);
  if (const Policy* policy = host.conntrack.policy_of(flow)) {
    shown.policy.emplace(policy->name.bytes.data(), policy->name.size);
  }
  show_tracker(shown, flow);
  return shown;
}

}  // namespace

cttimeout::Flow show(const Flow& flow, const Host& host) {
  return show_at(host.net.clock.ticks(), flow, host);
}

cttimeout::FlowEvent show(const FlowEvent& event, const Host& host) {
  auto flow = show_at(event.tick, event.flow, host);
  if (event.kind == FlowEvent::Kind::destroyed) flow.status |= dying;
  return {.kind = event.kind,
          .flow = std::move(flow),
          .ticks = event.tick,
          .state_changed = event.state_changed,
          .expired = event.was_expired};
}

std::optional<cttimeout::Flow> show_flow(Host& host, const Tuple& tuple) {
  const Flow* flow = host.conntrack.find(tuple, host.net.clock.ticks());
  if (flow == nullptr) return std::nullopt;
  return show(*flow, host);
}

}  // namespace fake
}  // namespace cttimeout
