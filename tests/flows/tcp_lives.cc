// The lives of TCP flows: every slot, and what lowers a timeout.
#include <initializer_list>

#include "flows/life.h"

namespace cttimeout::packets {
namespace {

using enum Direction;

constexpr std::uint32_t ours = 1000;    // first sequence number of the client
constexpr std::uint32_t theirs = 5000;  // and of the server
const Segment our_syn{TH_SYN, ours};
const Segment their_syn{TH_SYN, theirs};

Step step(Direction direction, const Segment& segment, std::size_t slot) {
  return {.packet = tcp(direction, segment), .slot = slot};
}

Step step(Direction direction, const Segment& segment, Effect effect) {
  return {.packet = tcp(direction, segment), .effect = effect};
}

// An opening handshake, and what follows.
std::vector<Step> opened_then(std::initializer_list<Step> rest) {
  std::vector<Step> steps{
      step(out, our_syn, CTA_TIMEOUT_TCP_SYN_SENT),
      step(in, {TH_SYN | TH_ACK, theirs, ours + 1}, CTA_TIMEOUT_TCP_SYN_RECV),
      step(out, {TH_ACK, ours + 1, theirs + 1}, CTA_TIMEOUT_TCP_ESTABLISHED),
  };
  steps.insert(steps.end(), rest);
  return steps;
}

// The same under falling timeouts. Until the first plain ACK the tracker has seen no window, which
// is to it a window of zero: RETRANS lowers the first two timeouts.
std::vector<Step> slowly_opened_then(std::initializer_list<Step> rest) {
  std::vector<Step> steps = opened_then(rest);
  steps[0].slot = CTA_TIMEOUT_TCP_RETRANS;
  steps[1].slot = CTA_TIMEOUT_TCP_RETRANS;
  return steps;
}

Life life(std::string_view name, std::vector<Step> steps, bool falling = false) {
  return {.name = name,
          .protocol = *find_protocol(IPPROTO_TCP),
          .steps = std::move(steps),
          .falling = falling};
}

Life closes() {  // K-FLOW-1, K-FLOW-2
  return life("Closes",
              opened_then({
                  step(out, {TH_FIN | TH_ACK, ours + 1, theirs + 1}, CTA_TIMEOUT_TCP_FIN_WAIT),
                  step(in, {TH_ACK, theirs + 1, ours + 2}, CTA_TIMEOUT_TCP_CLOSE_WAIT),
                  step(in, {TH_FIN | TH_ACK, theirs + 1, ours + 2}, CTA_TIMEOUT_TCP_LAST_ACK),
                  step(out, {TH_ACK, ours + 2, theirs + 2}, CTA_TIMEOUT_TCP_TIME_WAIT),
              }));
}

Life is_reset() {  // K-FLOW-3
  return life(
      "IsReset",
      opened_then({step(in, {TH_RST | TH_ACK, theirs + 1, ours + 1}, CTA_TIMEOUT_TCP_CLOSE)}));
}

Life is_refused() {  // K-FLOW-3
  return life("IsRefused", {
                               step(out, our_syn, CTA_TIMEOUT_TCP_SYN_SENT),
                               step(in, {TH_RST | TH_ACK, 0, ours + 1}, Effect::ends),
                           });
}

// The first SYN of the other side counts as ours sent once more, which never renews the timer.
Life opens_from_both_sides() {
  return life("OpensFromBothSides",
              {
                  step(out, our_syn, CTA_TIMEOUT_TCP_SYN_SENT),
                  step(in, their_syn, Effect::nothing),
                  step(in, their_syn, CTA_TIMEOUT_TCP_SYN_SENT2),
                  step(out, {TH_SYN | TH_ACK, ours, theirs + 1}, CTA_TIMEOUT_TCP_SYN_RECV),
              });
}

Life is_picked_up_midway() {  // K-FLOW-5
  return life("IsPickedUpMidway", {step(out, {TH_ACK, ours, theirs}, CTA_TIMEOUT_TCP_ESTABLISHED)});
}

std::vector<Life> lowered_lives() {  // K-FLOW-4, K-FLOW-5
  constexpr bool falling = true;
  const Segment data{TH_ACK, ours + 1, theirs + 1, 8192, "data"};
  const Segment full{TH_ACK, theirs + 1, ours + 1, 0};
  return {
      life("AwaitsAcknowledgement",
           slowly_opened_then({
               step(out, data, CTA_TIMEOUT_TCP_UNACK),
               step(in, {TH_ACK, theirs + 1, ours + 5}, CTA_TIMEOUT_TCP_ESTABLISHED),
           }),
           falling),
      life("IsRetransmitted",
           slowly_opened_then({
               step(out, data, CTA_TIMEOUT_TCP_UNACK),
               step(out, data, CTA_TIMEOUT_TCP_UNACK),
               step(out, data, CTA_TIMEOUT_TCP_UNACK),
               step(out, data, CTA_TIMEOUT_TCP_RETRANS),
           }),
           falling),
      life("HasAFullWindow", slowly_opened_then({step(in, full, CTA_TIMEOUT_TCP_RETRANS)}),
           falling),
      life("IsPickedUpMidwayUnanswered", {step(out, {TH_ACK, ours, theirs}, CTA_TIMEOUT_TCP_UNACK)},
           falling),
  };
}

}  // namespace

std::vector<Life> tcp_lives() {
  std::vector<Life> lives{closes(), is_reset(), is_refused(), opens_from_both_sides(),
                          is_picked_up_midway()};
  for (Life& lowered : lowered_lives()) lives.push_back(std::move(lowered));
  return lives;
}

}  // namespace cttimeout::packets
