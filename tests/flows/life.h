// Life: the packets of one flow, and the slot whose timeout the flow has after each.
//
// Two slots are not reached: HEARTBEAT_ACKED of sctp belongs to a state that no flow enters any
// more, and dccp is no longer tracked by the kernel that these were written on.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>
#include <vector>

#include "flows/layer4.h"

namespace cttimeout::packets {

/// What a packet does to the flow's timer.
enum class Effect : std::uint8_t {
  sets,     ///< to the timeout of the step's slot
  nothing,  ///< it runs on
  ends,     ///< together with the flow
};

struct Step {
  Packet packet;
  std::size_t slot = 0;
  Effect effect = Effect::sets;
  std::chrono::milliseconds pause{0};  ///< before the packet
};

struct Life {
  std::string_view name;
  Protocol protocol;
  std::vector<Step> steps;
  /// Higher slots have smaller timeouts, so that those apply which only ever lower one.
  bool falling = false;
  std::vector<Family> families = {Family::ipv4, Family::ipv6};
};

[[nodiscard]] std::vector<Life> tcp_lives();
[[nodiscard]] std::vector<Life> sctp_lives();
/// Those of the protocols that know no more than whether there was a reply.
[[nodiscard]] std::vector<Life> simple_lives();
/// All of these.
[[nodiscard]] std::vector<Life> lives();

/// A policy of the protocol whose timeouts tell its slots apart: 100 s, 200 s and so on.
[[nodiscard]] Policy telling_policy(const Protocol& protocol, Family family, bool falling = false);

}  // namespace cttimeout::packets
