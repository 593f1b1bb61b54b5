// What a tracker is asked, and what it says to a packet.
#pragma once

#include <cstdint>

#include "conntrack/flow.h"
#include "conntrack/sysctls.h"
#include "core/behaviours.h"
#include "cttimeout/packet.h"

namespace cttimeout::fake {

/// The same for every packet of a namespace.
struct TrackerSettings {
  const ConntrackSysctls& sysctls;
  std::uint32_t hz;                    ///< ticks per second
  bool older_tcp_window;               ///< Behaviour of that name
  bool inexact_rst_is_unacknowledged;  ///< Behaviour of that name
  bool cut_dccp_is_dropped;            ///< Behaviour of that name
  bool every_init_opens;               ///< Behaviour of that name
};

/// Decides beside the flow.
struct TrackerInput {
  const Packet& packet;
  Direction direction;
  bool is_new;            ///< the flow is not in the table yet
  std::uint32_t now;      ///< in ticks
  const Ticks& timeouts;  ///< of the flow's policy, or the defaults; of gre, what it copied
  const TrackerSettings& settings;
};

enum class Tracked : std::uint8_t {
  refreshed,  ///< accepted, with a new deadline
  accepted,   ///< accepted, and the deadline stays
  invalid,    ///< the packet is INVALID, and makes no flow
  destroyed,  ///< accepted, and the flow is destroyed
  repeat,     ///< the flow is destroyed, and the packet begins again
  dropped,    ///< the packet goes no further, and changes nothing
};

struct TrackerResult {
  Tracked outcome = Tracked::refreshed;
  std::size_t slot = 0;        ///< number - 1 of the timeout that it takes, where it is refreshed
  bool is_assured = false;     ///< the flow becomes ASSURED, also if the packet is INVALID
  bool state_changed = false;  ///< an UPDATE event tells the state; if it is INVALID, the next one
};

[[nodiscard]] TrackerResult track_tcp(TcpFlow& flow, const TrackerInput& input);
[[nodiscard]] TrackerResult track_sctp(SctpFlow& flow, const TrackerInput& input);
[[nodiscard]] TrackerResult track_dccp(DccpFlow& flow, const TrackerInput& input);
[[nodiscard]] TrackerResult track_udp(UdpFlow& flow, const TrackerInput& input);
/// udplite and gre.
[[nodiscard]] TrackerResult track_pair(const Flow& flow);
[[nodiscard]] TrackerResult track_icmp(const TrackerInput& input);
[[nodiscard]] TrackerResult track_generic();

}  // namespace cttimeout::fake
