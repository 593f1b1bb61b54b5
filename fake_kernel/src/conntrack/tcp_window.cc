// Whether a TCP packet is within the window (K-FLOW-170), and what it teaches about it.
#include "conntrack/tcp_window.h"

#include <algorithm>
#include <span>

namespace cttimeout::fake {
namespace {

constexpr std::uint32_t least_ack_window = 66000;  // MAXACKWINCONST

/// A packet's numbers, as far as they are taken for true.
struct Numbers {
  std::uint32_t sequence;
  std::uint32_t end;
  std::uint32_t acknowledgement;
  std::uint32_t sack;  ///< the highest of the acknowledgement and the edges of SACK
};

/// K-FLOW-155
std::uint32_t highest_sack(const TcpHeader& packet, const TcpOptions& receiver) {
  std::uint32_t highest = packet.acknowledgement;
  if ((receiver.flags & IP_CT_TCP_FLAG_SACK_PERM) == 0) return highest;
  const std::size_t blocks = std::min<std::size_t>(packet.sack_blocks, packet.sack_edges.size());
  for (const std::uint32_t edge : std::span(packet.sack_edges).first(blocks)) {
    if (after(edge, highest)) highest = edge;
  }
  return highest;
}

/// K-FLOW-171
void begin_sender(TcpFlow& flow, const TcpHeader& packet, Direction direction, bool may_reset) {
  TcpSide& sender = flow.side[direction];
  sender.end = sender.maxend = end_of(packet);
  sender.maxwin = std::max<std::uint32_t>(packet.window, 1);
  take_options(flow.options[direction], packet);
  auto& [one, two] = flow.options;
  const bool both = (one.flags & two.flags & IP_CT_TCP_FLAG_WINDOW_SCALE) != 0;
  if (may_reset && !both) one.scale = two.scale = 0;
}

/// A sender of whom nothing was seen, in the middle of a connection.
void pick_up_sender(TcpFlow& flow, const TcpHeader& packet, Direction direction,
                    std::uint32_t sack) {
  TcpSide& sender = flow.side[direction];
  TcpSide& receiver = flow.side[other(direction)];
  const std::uint32_t window = std::uint32_t{packet.window} << flow.options[direction].scale;
  sender.end = end_of(packet);
  sender.maxwin = std::max<std::uint32_t>(window, 1);
  sender.maxend = sender.end + sender.maxwin;
  if (receiver.maxwin == 0) {
    receiver.end = receiver.maxend = sack;
  } else if (sack == receiver.end + 1) {
    ++receiver.end;
  }
}

/// Whether a packet of a known sender begins it anew (rule 2).
bool begins_anew(const TcpFlow& flow, const TcpHeader& packet, Direction direction, bool older) {
  const TcpState state = flow.tcp_state();
  if (state != TcpState::syn_sent && state != TcpState::syn_recv) return false;
  if (!after(end_of(packet), flow.side[direction].end)) return false;
  if (older) return state == (direction == original ? TcpState::syn_sent : TcpState::syn_recv);
  return (packet.flags & tcp_syn) != 0;
}

/// Rules 5 to 8.
TcpWindow judge(TcpFlow& flow, Direction direction, const Numbers& numbers, bool older) {
  TcpSide& sender = flow.side[direction];
  const TcpSide& receiver = flow.side[other(direction)];
  const std::uint32_t ack_window = std::max(sender.maxwin, least_ack_window);
  const bool has_new_data =
      receiver.maxwin == 0 || after(numbers.end, sender.end - receiver.maxwin - 1);
  const bool acks_what_was_sent = before(numbers.sack, receiver.end + 1);
  const bool acks_recently = after(numbers.sack, receiver.end - ack_window - 1);
  const bool within = before(numbers.sequence, sender.maxend + 1);
  if (older) {
    return within && has_new_data && acks_what_was_sent && acks_recently ? TcpWindow::accepted
                                                                         : TcpWindow::invalid;
  }
  if (!within) {
    const std::uint32_t over = numbers.end - sender.maxend + 1;
    const bool bearable = receiver.maxwin != 0 && has_new_data && acks_recently &&
                          over <= receiver.maxwin && acks_what_was_sent;
    if (!bearable) return TcpWindow::invalid;
    sender.end = numbers.end;
    flow.options[direction].flags |= IP_CT_TCP_FLAG_DATA_UNACKNOWLEDGED;
    return TcpWindow::ignored;
  }
  if (!acks_what_was_sent) return TcpWindow::invalid;
  return has_new_data && acks_recently ? TcpWindow::accepted : TcpWindow::ignored;
}

void note_repetition(TcpFlow& flow, const TcpHeader& packet, Direction direction,
                     const Numbers& numbers) {
  TcpLast& last = flow.last;
  const bool repeated = last.sequence == numbers.sequence && last.direction == direction &&
                        last.acknowledgement == numbers.acknowledgement &&
                        last.end == numbers.end && last.window == packet.window;
  flow.retransmissions = repeated ? static_cast<std::uint8_t>(flow.retransmissions + 1) : 0;
  last.direction = direction;
  last.sequence = numbers.sequence;
  last.acknowledgement = numbers.acknowledgement;
  last.end = numbers.end;
  last.window = packet.window;
}

/// Rule 9. Which side has sent more last is anyone's guess, the processor's too: hence selects.
void learn(TcpFlow& flow, const TcpHeader& packet, TcpKind kind, Direction direction,
           const Numbers& numbers) {
  TcpSide& sender = flow.side[direction];
  TcpSide& receiver = flow.side[other(direction)];
  TcpOptions& options = flow.options[direction];
  TcpOptions& others_options = flow.options[other(direction)];
  const bool syn = (packet.flags & tcp_syn) != 0;
  const bool ack = (packet.flags & tcp_ack) != 0;
  const std::uint32_t window = std::uint32_t{packet.window} << (syn ? 0 : options.scale);
  sender.maxwin = std::max(sender.maxwin, window + numbers.sack - numbers.acknowledgement);

  const bool is_more = after(numbers.end, sender.end);
  sender.end = is_more ? numbers.end : sender.end;
  unsigned flags = options.flags | (is_more ? IP_CT_TCP_FLAG_DATA_UNACKNOWLEDGED : 0U);
  if (ack) {
    const bool first = (flags & IP_CT_TCP_FLAG_MAXACK_SET) == 0;
    const bool acks_more = first || after(numbers.acknowledgement, sender.maxack);
    sender.maxack = acks_more ? numbers.acknowledgement : sender.maxack;
    flags |= IP_CT_TCP_FLAG_MAXACK_SET;
  }
  options.flags = static_cast<std::uint8_t>(flags);

  if (receiver.maxwin != 0 && after(numbers.end, sender.maxend)) {
    receiver.maxwin += numbers.end - sender.maxend;
  }
  const bool allows_more = after(numbers.sack + window, receiver.maxend - 1);
  const std::uint32_t allowed = numbers.sack + window + (window == 0 ? 1 : 0);
  receiver.maxend = allows_more ? allowed : receiver.maxend;

  const bool acks_all = numbers.acknowledgement == receiver.end;
  const unsigned kept = acks_all ? ~unsigned{IP_CT_TCP_FLAG_DATA_UNACKNOWLEDGED} : ~0U;
  others_options.flags = static_cast<std::uint8_t>(others_options.flags & kept);
  if (kind == TcpKind::ack) note_repetition(flow, packet, direction, numbers);
}

}  // namespace

std::uint32_t end_of(const TcpHeader& packet) {
  return packet.sequence + packet.payload + ((packet.flags & tcp_syn) != 0 ? 1 : 0) +
         ((packet.flags & tcp_fin) != 0 ? 1 : 0);
}

std::uint8_t scale_of(const TcpHeader& packet) {
  constexpr std::uint8_t largest = 14;
  return std::min(packet.window_scale.value_or(0), largest);
}

void take_options(TcpOptions& options, const TcpHeader& packet) {
  if (!packet.has_options) return;
  options.scale = scale_of(packet);
  options.flags &= IP_CT_TCP_FLAG_BE_LIBERAL;
  if (packet.window_scale) options.flags |= IP_CT_TCP_FLAG_WINDOW_SCALE;
  if (packet.sack_permitted) options.flags |= IP_CT_TCP_FLAG_SACK_PERM;
}

TcpWindow check_window(TcpFlow& flow, const TcpHeader& packet, TcpKind kind, Direction direction,
                       WindowRules rules) {
  const TcpSide& sender = flow.side[direction];
  const TcpSide& receiver = flow.side[other(direction)];
  const bool syn = (packet.flags & tcp_syn) != 0;
  const bool ack = (packet.flags & tcp_ack) != 0;
  const bool rst = (packet.flags & tcp_rst) != 0;
  Numbers numbers{.sequence = packet.sequence,
                  .end = end_of(packet),
                  .acknowledgement = packet.acknowledgement,
                  .sack = highest_sack(packet, flow.options[other(direction)])};
  if (sender.maxwin == 0 && syn) {
    begin_sender(flow, packet, direction, rules.older || direction == reply);
    if (!ack) return TcpWindow::accepted;
  } else if (sender.maxwin == 0) {
    pick_up_sender(flow, packet, direction, numbers.sack);
  } else if (begins_anew(flow, packet, direction, rules.older)) {
    begin_sender(flow, packet, direction, !rules.older && direction == reply);
    if (!rules.older && direction == reply && !ack) return TcpWindow::accepted;
  }
  if (!ack || (rst && packet.acknowledgement == 0)) {
    numbers.acknowledgement = numbers.sack = receiver.end;
  }
  if (rst && packet.sequence == 0 && flow.tcp_state() == TcpState::syn_sent) {
    numbers.sequence = numbers.end = sender.end;
  }
  const bool liberal =
      rules.be_liberal || (flow.options[direction].flags & IP_CT_TCP_FLAG_BE_LIBERAL) != 0;
  const TcpWindow verdict = judge(flow, direction, numbers, rules.older);
  if (verdict != TcpWindow::accepted) return liberal ? TcpWindow::accepted : verdict;
  learn(flow, packet, kind, direction, numbers);
  return TcpWindow::accepted;
}

}  // namespace cttimeout::fake
