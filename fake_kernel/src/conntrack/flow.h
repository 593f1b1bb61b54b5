// Flow: an entry of conntrack (struct nf_conn), and what its tracker remembers.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <variant>

#include "conntrack/tuple.h"
#include "cttimeout/policy_table.h"

namespace cttimeout::fake {

/// Bits of CTA_STATUS (K-FLOW-113).
enum Status : std::uint32_t {
  seen_reply = 0x2,
  assured = 0x4,
  confirmed = 0x8,
  dying = 0x200,
  fixed_timeout = 0x400,
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

/// Flags of a side, as CTA_PROTOINFO_TCP_FLAGS_* shows them; the last two are of `last` alone.
enum TcpSideFlag : std::uint8_t {
  side_window_scale = 1,
  side_sack_permitted = 2,
  side_close_init = 4,
  side_be_liberal = 8,
  side_unacknowledged = 16,
  side_maxack_set = 32,
  last_challenge = 64,
  last_simultaneous = 128,
};

/// What a TCP packet is to the state table (K-FLOW-150).
enum class TcpKind : std::uint8_t { syn, syn_ack, fin, ack, rst, none };

/// What one sender may send (struct ip_ct_tcp_state). Sequence numbers, modulo 2^32.
struct TcpSide {
  std::uint32_t end = 0;     ///< the highest end sent
  std::uint32_t maxend = 0;  ///< the highest end that the other side allows
  std::uint32_t maxwin = 0;  ///< the largest window announced
  std::uint32_t maxack = 0;  ///< the highest acknowledgement sent
  std::uint8_t scale = 0;
  std::uint8_t flags = 0;
};

/// The last packet that mattered.
struct TcpLast {
  TcpKind kind = TcpKind::none;
  Direction direction = original;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgement = 0;
  std::uint32_t end = 0;
  std::uint16_t window = 0;  ///< as it was sent
  std::uint8_t scale = 0;
  std::uint8_t flags = 0;
};

struct TcpFlow {
  TcpState state = TcpState::none;
  std::uint8_t retransmissions = 0;
  std::array<TcpSide, 2> side = {};  ///< by direction
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

struct SctpFlow {
  SctpState state = SctpState::none;
  bool failed = false;  ///< a heartbeat carried another tag
  Direction last_direction = original;
  std::array<std::uint32_t, 2> tag{};  ///< that packets of that direction must carry
  std::array<bool, 2> initiated{};     ///< an INIT of that direction is open
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

struct DccpFlow {
  DccpState state = DccpState::none;
  std::array<DccpRole, 2> role{DccpRole::client, DccpRole::server};  ///< by direction
  std::uint8_t last_type = 0;
  Direction last_direction = original;
  std::uint64_t handshake = 0;  ///< the sequence number that the client has to acknowledge
};

/// udp: from when on a stream of packets counts as one, in ticks.
struct UdpFlow {
  std::uint32_t stream = 0;
};

/// gre: its timeouts, copied when the flow began (K-FLOW-206).
struct GreFlow {
  Ticks timeouts{};
};

struct Flow;
/// By the tick at which each is looked at again, which is not after its deadline.
using FlowQueue = std::multimap<std::uint64_t, Flow*>;

struct Flow {
  std::array<Tuple, 2> tuples;  ///< by direction
  std::uint32_t status = 0;
  std::uint32_t deadline = 0;  ///< in ticks, modulo 2^32
  bool state_untold = false;   ///< it changed by a packet that was INVALID in the end
  std::uint8_t slot = 0;       ///< number of the timeout that runs; 0: it was set by hand
  std::shared_ptr<const Policy> policy = {};
  bool policy_was_listed = false;  ///< when it was attached: its deletion takes it away
  std::variant<std::monostate, TcpFlow, SctpFlow, DccpFlow, UdpFlow, GreFlow> tracker = {};

  FlowQueue::iterator queued = {};  ///< its place there, once it is confirmed

  [[nodiscard]] bool has(Status bit) const { return (status & bit) != 0; }
};

/// What is left until the deadline; it has come where that is not above 0 (K-FLOW-281).
[[nodiscard]] inline std::int32_t ticks_left(const Flow& flow, std::uint64_t now) {
  return static_cast<std::int32_t>(flow.deadline - static_cast<std::uint32_t>(now));
}

}  // namespace cttimeout::fake
