// Flows: what conntrack says of a packet, and what it keeps.
#pragma once

#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tcp.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "cttimeout/protocol.h"
#include "cttimeout/tuple.h"

namespace cttimeout {

/// What rules see as the state of a packet, `ct state` (K-FLOW-112).
enum class PacketState : std::uint8_t {
  new_flow,           ///< NEW: of a flow that was not answered yet, also if it is not its first
  established,        ///< ESTABLISHED, in the original direction
  established_reply,  ///< ESTABLISHED, in the other direction
  related,            ///< RELATED: an ICMP error for the sender of the original direction
  related_reply,      ///< RELATED: one for the other side
  invalid,            ///< INVALID: it belongs to no flow and begins none
  untracked,          ///< UNTRACKED: a NOTRACK rule, or a message that conntrack leaves alone
  fragment,           ///< not seen: give the packet to the kernel when it is reassembled
  dropped  ///< it goes no further: DCCP whose header ends too soon, on kernels before 6.12
};

/// `NEW`, `ESTABLISHED` and so on; those of the other direction with ` reply` behind.
[[nodiscard]] std::string_view to_string(PacketState state);
/// The same, so that a failed test says it.
std::ostream& operator<<(std::ostream& out, PacketState state);

/// CTA_PROTOINFO_TCP: what ctnetlink tells of a tcp flow. Pairs are by direction, original first.
struct TcpInfo {
  std::uint8_t state = TCP_CONNTRACK_NONE;        ///< enum tcp_conntrack
  std::array<std::uint8_t, 2> window_scale = {};  ///< in bits
  std::array<std::uint8_t, 2> flags = {};         ///< IP_CT_TCP_FLAG_*

  friend bool operator==(const TcpInfo&, const TcpInfo&) = default;
};

/// CTA_PROTOINFO_SCTP.
struct SctpInfo {
  std::uint8_t state = 0;                  ///< enum sctp_conntrack: 1 CLOSED to 8 HEARTBEAT_SENT
  std::array<std::uint32_t, 2> tags = {};  ///< verification tags, by direction

  friend bool operator==(const SctpInfo&, const SctpInfo&) = default;
};

/// CTA_PROTOINFO_DCCP.
struct DccpInfo {
  std::uint8_t state = 0;       ///< 1 REQUEST to 7 TIMEWAIT
  std::uint8_t role = 0;        ///< of the original direction: 0 client, 1 server
  std::uint64_t handshake = 0;  ///< sequence number of the RESPONSE

  friend bool operator==(const DccpInfo&, const DccpInfo&) = default;
};

/// An entry of conntrack, as it was when it was asked for.
struct Flow {
  Tuple original = {};          ///< of the direction of its first packet
  Tuple reply = {};             ///< of the other direction
  std::uint32_t status = 0;     ///< IPS_* (K-FLOW-113)
  std::string_view state = {};  ///< such as `ESTABLISHED`; empty where the protocol has no states
  std::chrono::seconds remaining = {};  ///< until it expires, rounded down (K-FLOW-282)
  /// The timeout that runs: the one that its last refresh took. nullptr if it was set by hand.
  const Slot* slot = nullptr;
  /// The policy whose timeouts its next packet takes, also one that was deleted since it was
  /// attached to a rule (K-FLOW-264); nullopt for the namespace's defaults.
  std::optional<std::string> policy = {};
  /// What the tracker keeps; nothing for protocols of which ctnetlink tells nothing.
  std::variant<std::monostate, TcpInfo, SctpInfo, DccpInfo> info = {};
};

/// An event of conntrack (K-FLOW-310).
struct FlowEvent {
  /// What happened.
  enum class Kind : std::uint8_t {
    created,   ///< NEW
    updated,   ///< UPDATE: answered, assured, another state of the tracker, or changed by hand
    destroyed  ///< DESTROY
  };

  Kind kind = Kind::created;   ///< what happened
  Flow flow = {};              ///< as it is after the event
  std::uint64_t ticks = 0;     ///< when: for an expiry its deadline, on the clock of the FakeKernel
  bool state_changed = false;  ///< an update of the tracker's state
  bool expired = false;        ///< a destruction because its time had come
};

}  // namespace cttimeout
