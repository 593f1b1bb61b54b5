// The tracker of TCP: state table, window, and what a packet makes of the deadline.
#include <algorithm>

#include "conntrack/tcp_table.h"
#include "conntrack/tcp_window.h"
#include "conntrack/tracker.h"

namespace cttimeout::fake {
namespace {

constexpr std::uint32_t slot_retrans = 9;  // slot number - 1
constexpr std::uint32_t slot_unacknowledged = 10;

constexpr TrackerResult invalid{.outcome = Tracked::invalid};

/// K-FLOW-150
TcpKind kind_of(const TcpHeader& packet) {
  if ((packet.flags & tcp_rst) != 0) return TcpKind::rst;
  if ((packet.flags & tcp_syn) != 0) {
    return (packet.flags & tcp_ack) != 0 ? TcpKind::syn_ack : TcpKind::syn;
  }
  return (packet.flags & tcp_fin) != 0 ? TcpKind::fin : TcpKind::ack;
}

/// K-FLOW-151
bool flags_go_together(const TcpHeader& packet) {
  constexpr std::uint8_t without = tcp_psh | tcp_ece | tcp_cwr;
  switch (packet.flags & ~without) {
    case tcp_syn:
    case tcp_syn | tcp_urg:
    case tcp_syn | tcp_ack:
    case tcp_rst:
    case tcp_rst | tcp_ack:
    case tcp_fin | tcp_ack:
    case tcp_fin | tcp_ack | tcp_urg:
    case tcp_ack:
    case tcp_ack | tcp_urg:
      return true;
    default:
      return false;
  }
}

std::uint32_t slot_of(TcpState state) {
  return static_cast<std::uint32_t>(state) - 1;
}

/// K-FLOW-152: false for what begins no flow.
bool begin(TcpFlow& flow, const TcpHeader& packet, const ConntrackSysctls& sysctls) {
  const TcpKind kind = kind_of(packet);
  TcpSide& sender = flow.side[original];
  sender.end = sender.maxend = end_of(packet);
  sender.maxwin = std::max<std::uint32_t>(packet.window, 1);
  if (kind == TcpKind::syn) {
    take_options(flow.options[original], packet);
    return true;
  }
  if (kind != TcpKind::ack || sysctls.tcp_loose == 0) return false;
  sender.maxend = sender.end + sender.maxwin;
  for (TcpOptions& options : flow.options) {
    options.flags = IP_CT_TCP_FLAG_SACK_PERM | IP_CT_TCP_FLAG_BE_LIBERAL;
  }
  return true;
}

/// A packet on its way through the rules.
class Step {
 public:
  Step(TcpFlow& flow, const TrackerInput& input, const TcpHeader& packet)
      : flow_(flow),
        input_(input),
        packet_(packet),
        kind_(kind_of(packet)),
        direction_(input.direction),
        old_(flow.tcp_state()) {}

  TrackerResult run() {
    const TcpCell cell = tcp_cell(direction_, kind_, old_);
    if (cell == TcpCell::invalid) return invalid;
    if (cell == TcpCell::reopen && may_reopen()) return {.outcome = Tracked::repeat};
    if (cell == TcpCell::reopen || cell == TcpCell::ignored) {
      if (!is_resync()) return ignore();
      resync();
    } else {
      new_ = static_cast<TcpState>(cell);
    }
    if (new_ == TcpState::time_wait && answers_challenge()) return challenge_answered();
    if (new_ == TcpState::syn_sent2) flow_.last.flags |= IP_CT_TCP_SIMULTANEOUS_OPEN;
    if ((flow_.last.flags & IP_CT_TCP_SIMULTANEOUS_OPEN) != 0 && new_ == TcpState::syn_recv &&
        direction_ == reply && kind_ == TcpKind::ack) {
      new_ = TcpState::established;
    }
    bool in_window_anyway = false;
    if ((packet_.flags & tcp_rst) != 0 && new_ == TcpState::close) {
      const Reset reset = input_.settings.older_tcp_window ? judge_older_reset() : judge_reset();
      if (reset == Reset::invalid) return invalid;
      in_window_anyway = reset == Reset::passes;
    }
    return in_window_anyway ? accept() : check();
  }

 private:
  enum class Reset : std::uint8_t { invalid, checked, passes };

  [[nodiscard]] Direction other_direction() const { return other(direction_); }
  [[nodiscard]] bool last_was(TcpKind kind, Direction direction) const {
    return flow_.last.kind == kind && flow_.last.direction == direction;
  }
  [[nodiscard]] bool has(Direction side, unsigned flag) const {
    return (flow_.options[side].flags & flag) != 0;
  }
  [[nodiscard]] bool either_has(unsigned flag) const {
    return ((flow_.options[original].flags | flow_.options[reply].flags) & flag) != 0;
  }

  /// K-FLOW-159: the connection was closed properly.
  [[nodiscard]] bool may_reopen() const {
    return either_has(IP_CT_TCP_FLAG_CLOSE_INIT) || last_was(TcpKind::rst, direction_);
  }

  /// K-FLOW-160 (a): the answer to a SYN that was ignored.
  [[nodiscard]] bool is_resync() const {
    return kind_ == TcpKind::syn_ack && last_was(TcpKind::syn, other_direction()) &&
           packet_.acknowledgement == flow_.last.end;
  }

  void resync() {
    old_ = TcpState::syn_sent;
    new_ = TcpState::syn_recv;
    TcpSide& asked = flow_.side[flow_.last.direction];
    asked.end = asked.maxend = flow_.last.end;
    asked.maxwin = std::max<std::uint32_t>(flow_.last.window, 1);
    flow_.options[flow_.last.direction] = {
        .scale = flow_.last.scale,
        .flags = static_cast<std::uint8_t>(flow_.last.flags & ~IP_CT_EXP_CHALLENGE_ACK)};
    flow_.side[direction_] = {};
    TcpOptions& options = flow_.options[direction_];
    options = {.flags = static_cast<std::uint8_t>(options.flags & IP_CT_TCP_FLAG_BE_LIBERAL)};
  }

  /// K-FLOW-160 (b): remembered, for the case that it is answered.
  TrackerResult ignore() {
    TcpLast& last = flow_.last;
    last.kind = kind_;
    last.direction = direction_;
    last.sequence = packet_.sequence;
    last.end = end_of(packet_);
    last.window = packet_.window;
    if (kind_ == TcpKind::syn && direction_ == original) {
      last.scale = scale_of(packet_) & 0xfU;
      last.flags = 0;
      if (packet_.window_scale) last.flags |= IP_CT_TCP_FLAG_WINDOW_SCALE;
      if (packet_.sack_permitted) last.flags |= IP_CT_TCP_FLAG_SACK_PERM;
      if (old_ == TcpState::last_ack) last.flags |= IP_CT_EXP_CHALLENGE_ACK;
    }
    if (old_ == TcpState::syn_sent && direction_ == reply && kind_ == TcpKind::ack) {
      last.acknowledgement = packet_.acknowledgement;
    }
    return {.outcome = Tracked::accepted};
  }

  /// K-FLOW-161
  [[nodiscard]] bool answers_challenge() const {
    return old_ == TcpState::last_ack && kind_ == TcpKind::ack &&
           last_was(TcpKind::syn, other_direction()) &&
           (flow_.last.flags & IP_CT_EXP_CHALLENGE_ACK) != 0;
  }
  TrackerResult challenge_answered() {
    flow_.last.flags = static_cast<std::uint8_t>(flow_.last.flags & ~IP_CT_EXP_CHALLENGE_ACK);
    return {.outcome = Tracked::accepted};
  }

  /// K-FLOW-163 to 168. Where the numbers are not those expected the state stays.
  Reset judge_reset() {
    if (old_ >= TcpState::fin_wait && old_ <= TcpState::close) return Reset::passes;
    const std::uint32_t maxack = flow_.side[other_direction()].maxack;
    const TcpLast& last = flow_.last;
    const bool is_assured = flow_.assured;
    const bool settled = old_ == TcpState::established && is_assured;
    if (has(other_direction(), IP_CT_TCP_FLAG_MAXACK_SET) && last.kind != TcpKind::syn) {
      if (packet_.sequence == 0 && !settled) return Reset::checked;
      if (before(packet_.sequence, maxack) && input_.settings.sysctls.tcp_ignore_invalid_rst == 0) {
        return Reset::invalid;
      }
      if (!settled || packet_.sequence == maxack) return Reset::checked;
      if (last_was(TcpKind::ack, direction_) && packet_.sequence == last.end) return Reset::checked;
      new_ = old_;
    }
    const bool refuses_syn = flow_.seen_reply && last_was(TcpKind::syn, other_direction());
    const bool refuses_ack = !is_assured && last.kind == TcpKind::ack;
    if ((refuses_syn || refuses_ack) && packet_.acknowledgement == last.end) return Reset::passes;
    const bool refuses_answer = old_ == TcpState::syn_sent && last_was(TcpKind::ack, reply) &&
                                packet_.sequence == last.acknowledgement;
    return refuses_answer ? Reset::passes : Reset::checked;
  }

  /// The same before 5.19 (K-FLOW-355).
  Reset judge_older_reset() {
    const std::uint32_t maxack = flow_.side[other_direction()].maxack;
    const TcpLast& last = flow_.last;
    const bool is_assured = flow_.assured;
    if (has(other_direction(), IP_CT_TCP_FLAG_MAXACK_SET)) {
      if (before(packet_.sequence, maxack)) return Reset::invalid;
      const bool settled = old_ == TcpState::established && is_assured;
      if (!settled || packet_.sequence == maxack) return Reset::checked;
      if (last_was(TcpKind::ack, direction_) && packet_.sequence == last.end) return Reset::checked;
      new_ = old_;
    }
    const bool refuses = (flow_.seen_reply && last.kind == TcpKind::syn) ||
                         (!is_assured && last.kind == TcpKind::ack);
    return refuses && packet_.acknowledgement == last.end ? Reset::passes : Reset::checked;
  }

  TrackerResult check() {
    const WindowRules rules{.be_liberal = input_.settings.sysctls.tcp_be_liberal != 0,
                            .older = input_.settings.older_tcp_window};
    switch (check_window(flow_, packet_, kind_, direction_, rules)) {
      case TcpWindow::accepted:
        return accept();
      case TcpWindow::ignored:
        return {.outcome = Tracked::accepted};
      case TcpWindow::invalid:
        break;
    }
    if (!input_.settings.older_tcp_window) note_invalid();
    return invalid;
  }

  /// K-FLOW-172: two such packets, one of each side, cut a long timeout.
  void note_invalid() {
    const bool ends = kind_ == TcpKind::fin || kind_ == TcpKind::rst;
    if (!ends || !flow_.assured) return;
    TcpLast& last = flow_.last;
    const bool both =
        last.direction != direction_ && (last.kind == TcpKind::fin || last.kind == TcpKind::rst);
    if (!both) {
      last.kind = kind_;
      last.direction = direction_;
      return;
    }
    constexpr std::uint32_t long_s = 120;
    const std::uint32_t left = flow_.deadline - input_.now;
    const std::uint32_t cut = input_.timeouts[slot_unacknowledged];
    if (left < long_s * input_.settings.hz || left <= cut) return;
    flow_.deadline = input_.now + cut;
    flow_.slot = (slot_unacknowledged + 1) & 0xfU;
  }

  /// K-FLOW-174
  [[nodiscard]] std::uint32_t slot() const {
    const std::uint32_t own = slot_of(new_);
    const auto longer_than = [&](std::uint32_t slot) {
      return input_.timeouts[own] > input_.timeouts[slot];
    };
    if (flow_.retransmissions >= input_.settings.sysctls.tcp_max_retrans &&
        longer_than(slot_retrans)) {
      return slot_retrans;
    }
    const bool is_reset = kind_ == TcpKind::rst;
    const bool inexact = input_.settings.inexact_rst_is_unacknowledged;
    if (is_reset && !inexact) return slot_of(TcpState::close);
    const bool data_unacknowledged = either_has(IP_CT_TCP_FLAG_DATA_UNACKNOWLEDGED);
    const bool inexact_reset = inexact && is_reset && new_ != TcpState::close;
    if ((data_unacknowledged || inexact_reset) && longer_than(slot_unacknowledged)) {
      return slot_unacknowledged;
    }
    return flow_.last.window == 0 && longer_than(slot_retrans) ? slot_retrans : own;
  }

  /// K-FLOW-173, 175, 176
  TrackerResult accept() {
    flow_.last.kind = kind_;
    flow_.last.direction = direction_;
    const bool changed = old_ != new_;
    flow_.enter(new_);
    if (changed && new_ == TcpState::fin_wait) {
      flow_.options[direction_].flags |= IP_CT_TCP_FLAG_CLOSE_INIT;
    }
    TrackerResult result{.slot = slot(), .state_changed = changed};
    if (!flow_.seen_reply) {
      if ((packet_.flags & tcp_rst) != 0) return {.outcome = Tracked::destroyed};
      if (kind_ == TcpKind::syn && old_ == TcpState::syn_sent) {
        result.outcome = Tracked::accepted;
        return result;
      }
      if (new_ == TcpState::established) {
        const auto& timeouts = input_.timeouts;
        if (timeouts[slot_unacknowledged] < timeouts[result.slot])
          result.slot = slot_unacknowledged;
      }
      return result;
    }
    result.is_assured = new_ == TcpState::established &&
                        (old_ == TcpState::syn_recv || old_ == TcpState::established);
    return result;
  }

  TcpFlow& flow_;
  const TrackerInput& input_;
  const TcpHeader& packet_;
  TcpKind kind_;
  Direction direction_;
  TcpState old_;
  TcpState new_ = TcpState::none;
};

}  // namespace

TrackerResult track_tcp(TcpFlow& flow, const TrackerInput& input) {
  const auto* header = std::get_if<TcpHeader>(&input.packet.transport);
  if (header == nullptr) return invalid;
  const TcpHeader& packet = *header;
  if (!flags_go_together(packet)) return invalid;
  if (input.is_new && !begin(flow, packet, input.settings.sysctls)) return invalid;
  return Step(flow, input, packet).run();
}

}  // namespace cttimeout::fake
