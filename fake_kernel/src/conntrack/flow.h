// Flow: an entry of conntrack (struct nf_conn), and what its tracker remembers.
//
// There may be ten million of them, so each byte has its place: what trackers keep in one byte is
// in Flow, where its last word has room.
#pragma once

#include <linux/netfilter/nf_conntrack_tcp.h>

#include <array>
#include <cstdint>

#include "conntrack/timeout_sources.h"
#include "conntrack/tuple.h"

namespace cttimeout::fake {

/// The part that every flow has. Its addresses are behind what its tracker keeps, where FlowTable
/// finds them.
struct Flow {
  std::uint32_t deadline = 0;  ///< in ticks, modulo 2^32
  std::uint32_t due = 0;       ///< when it is looked at again: never after `deadline`; modulo 2^32
  TimeoutSourceId timeouts = 0;
  std::uint32_t ports = 0;  ///< of the original direction, as FlowKey has them
  std::uint8_t protocol = 0;
  std::uint8_t slot : 4 = 0;  ///< number of the timeout that runs; 0: it was set by hand
  bool seen_reply : 1 = false;
  bool assured : 1 = false;
  std::uint8_t state : 6 = 0;        ///< of tcp, sctp and dccp
  bool state_untold : 1 = false;     ///< it changed by a packet that was INVALID in the end
  bool is_filed : 1 = false;         ///< the wheel will look at it when it is due
  std::uint8_t retransmissions = 0;  ///< of tcp: how often the last packet was repeated

  template <class State>
  void enter(State next) {
    state = static_cast<std::uint8_t>(next) & 0x3fU;
  }
};

/// States by their numbers in CTA_PROTOINFO_TCP_STATE.
enum class TcpState : std::uint8_t {
  none,
  syn_sent,
  syn_recv,
  established,
  fin_wait,
  close_wait,
  last_ack,
  time_wait,
  close,
  syn_sent2,
};

/// What a TCP packet is to the state table (K-FLOW-150).
enum class TcpKind : std::uint8_t { syn, syn_ack, fin, ack, rst, none };

/// What one sender may send (struct ip_ct_tcp_state). Sequence numbers, modulo 2^32.
struct TcpSide {
  std::uint32_t end = 0;     ///< the highest end sent
  std::uint32_t maxend = 0;  ///< the highest end that the other side allows
  std::uint32_t maxwin = 0;  ///< the largest window announced
  std::uint32_t maxack = 0;  ///< the highest acknowledgement sent
};

/// A sender's announcements, and what is known of it.
struct TcpOptions {
  std::uint8_t scale = 0;  ///< of its windows, in bits
  std::uint8_t flags = 0;  ///< IP_CT_TCP_FLAG_*
};

/// The last packet that mattered.
struct TcpLast {
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgement = 0;
  std::uint32_t end = 0;
  std::uint16_t window = 0;  ///< as it was sent
  TcpKind kind : 3 = TcpKind::none;
  Direction direction : 1 = original;
  std::uint8_t scale : 4 = 0;
  std::uint8_t flags = 0;  ///< IP_CT_TCP_FLAG_*, IP_CT_EXP_CHALLENGE_ACK
};

struct TcpFlow : Flow {
  [[nodiscard]] TcpState tcp_state() const { return static_cast<TcpState>(state); }

  std::array<TcpSide, 2> side = {};        ///< by direction
  std::array<TcpOptions, 2> options = {};  ///< by direction
  TcpLast last = {};
};

/// States by their numbers in CTA_PROTOINFO_SCTP_STATE.
enum class SctpState : std::uint8_t {
  none,
  closed,
  cookie_wait,
  cookie_echoed,
  established,
  shutdown_sent,
  shutdown_recd,
  shutdown_ack_sent,
  heartbeat_sent,
};

struct SctpFlow : Flow {
  std::array<std::uint32_t, 2> tag{};  ///< that packets of that direction must carry
  bool failed = false;                 ///< a heartbeat carried another tag
  Direction last_direction = original;
  std::array<bool, 2> initiated{};  ///< an INIT of that direction is open
};

/// States by their numbers in CTA_PROTOINFO_DCCP_STATE.
enum class DccpState : std::uint8_t {
  none,
  request,
  respond,
  partopen,
  open,
  closereq,
  closing,
  timewait,
};

/// Who sent the REQUEST, by its number in CTA_PROTOINFO_DCCP_ROLE.
enum class DccpRole : std::uint8_t { client, server };

struct DccpFlow : Flow {
  std::array<DccpRole, 2> role{DccpRole::client, DccpRole::server};  ///< by direction
  std::uint8_t last_type = 0;
  Direction last_direction = original;
  std::uint64_t handshake = 0;  ///< the sequence number that the client has to acknowledge
};

/// Every other flow; a stream is of udp alone.
struct UdpFlow : Flow {
  std::uint32_t stream = 0;  ///< from when on its packets count as one, in ticks
};

/// What is left until the deadline; it has come where that is not above 0 (K-FLOW-281).
[[nodiscard]] inline std::int32_t ticks_left(const Flow& flow, std::uint64_t now) {
  return static_cast<std::int32_t>(flow.deadline - static_cast<std::uint32_t>(now));
}

}  // namespace cttimeout::fake
