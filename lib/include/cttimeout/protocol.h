// The protocol table: every layer-4 tracker with conntrack timeouts and every one of its slots.
//
// This is the only place that knows the protocols. Numbers come from the kernel's own headers;
// names are those that nfct prints; defaults are those of a fresh network namespace, the same on
// every kernel line that was recorded.
// To add a protocol: one slot array, one row, recordings.
#pragma once

#include <linux/netfilter/nfnetlink_cttimeout.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace cttimeout {

/// A kernel line, major.minor.
struct KernelVersion {
  std::uint8_t major = 0;  ///< 6 of 6.18
  std::uint8_t minor = 0;  ///< 18 of 6.18

  friend constexpr auto operator<=>(const KernelVersion&, const KernelVersion&) = default;
};

/// Kernels that have a thing: from `since` on, up to but not including `until`.
struct VersionRange {
  KernelVersion since{3, 4};    ///< the first, by default that of the first policies
  KernelVersion until{255, 0};  ///< the first that has it no more

  /// Whether that kernel has it.
  [[nodiscard]] constexpr bool contains(KernelVersion version) const {
    return since <= version && version < until;
  }
};

/// One timeout of a protocol: the state of a flow that it applies to.
struct Slot {
  std::uint16_t number;     ///< attribute number inside CTA_TIMEOUT_DATA
  std::string_view name;    ///< as printed; in lower case it is the word of the text form
  std::uint32_t default_s;  ///< seconds, in a fresh network namespace
  std::string_view sysctl;  ///< file below /proc/sys/net/netfilter, or empty
};

/// One layer-4 protocol tracker.
struct Protocol {
  std::string_view name;        ///< as tools print it
  std::uint8_t number;          ///< IPPROTO_*; 255 is the generic tracker
  std::uint8_t defaults_of;     ///< the protocol whose default timeouts it uses (udplite: udp's)
  std::span<const Slot> slots;  ///< dense: slots[i].number == i + 1
  VersionRange versions;        ///< of the kernels that track it

  /// nullptr if it has no slot of that number.
  [[nodiscard]] constexpr const Slot* slot(std::size_t slot_number) const {
    return slot_number == 0 || slot_number > slots.size() ? nullptr : &slots[slot_number - 1];
  }
};

/// Room for slots in `Timeouts`; the widest protocol of today (tcp) uses 11.
inline constexpr std::size_t max_slots = 16;

/// The layer-4 number under which the generic tracker is known (IPPROTO_RAW in the headers).
inline constexpr std::uint8_t generic_protocol = IPPROTO_RAW;

namespace table {

inline constexpr std::array icmp_slots{
    Slot{CTA_TIMEOUT_ICMP_TIMEOUT, "TIMEOUT", 30, "nf_conntrack_icmp_timeout"},
};
inline constexpr std::array tcp_slots{
    Slot{CTA_TIMEOUT_TCP_SYN_SENT, "SYN_SENT", 120, "nf_conntrack_tcp_timeout_syn_sent"},
    Slot{CTA_TIMEOUT_TCP_SYN_RECV, "SYN_RECV", 60, "nf_conntrack_tcp_timeout_syn_recv"},
    Slot{CTA_TIMEOUT_TCP_ESTABLISHED, "ESTABLISHED", 432000,
         "nf_conntrack_tcp_timeout_established"},
    Slot{CTA_TIMEOUT_TCP_FIN_WAIT, "FIN_WAIT", 120, "nf_conntrack_tcp_timeout_fin_wait"},
    Slot{CTA_TIMEOUT_TCP_CLOSE_WAIT, "CLOSE_WAIT", 60, "nf_conntrack_tcp_timeout_close_wait"},
    Slot{CTA_TIMEOUT_TCP_LAST_ACK, "LAST_ACK", 30, "nf_conntrack_tcp_timeout_last_ack"},
    Slot{CTA_TIMEOUT_TCP_TIME_WAIT, "TIME_WAIT", 120, "nf_conntrack_tcp_timeout_time_wait"},
    Slot{CTA_TIMEOUT_TCP_CLOSE, "CLOSE", 10, "nf_conntrack_tcp_timeout_close"},
    Slot{CTA_TIMEOUT_TCP_SYN_SENT2, "SYN_SENT2", 120, ""},
    Slot{CTA_TIMEOUT_TCP_RETRANS, "RETRANS", 300, "nf_conntrack_tcp_timeout_max_retrans"},
    Slot{CTA_TIMEOUT_TCP_UNACK, "UNACKNOWLEDGED", 300, "nf_conntrack_tcp_timeout_unacknowledged"},
};
inline constexpr std::array udp_slots{
    Slot{CTA_TIMEOUT_UDP_UNREPLIED, "UNREPLIED", 30, "nf_conntrack_udp_timeout"},
    Slot{CTA_TIMEOUT_UDP_REPLIED, "REPLIED", 120, "nf_conntrack_udp_timeout_stream"},
};
inline constexpr std::array dccp_slots{
    Slot{CTA_TIMEOUT_DCCP_REQUEST, "REQUEST", 240, "nf_conntrack_dccp_timeout_request"},
    Slot{CTA_TIMEOUT_DCCP_RESPOND, "RESPOND", 480, "nf_conntrack_dccp_timeout_respond"},
    Slot{CTA_TIMEOUT_DCCP_PARTOPEN, "PARTOPEN", 480, "nf_conntrack_dccp_timeout_partopen"},
    Slot{CTA_TIMEOUT_DCCP_OPEN, "OPEN", 43200, "nf_conntrack_dccp_timeout_open"},
    Slot{CTA_TIMEOUT_DCCP_CLOSEREQ, "CLOSEREQ", 64, "nf_conntrack_dccp_timeout_closereq"},
    Slot{CTA_TIMEOUT_DCCP_CLOSING, "CLOSING", 64, "nf_conntrack_dccp_timeout_closing"},
    Slot{CTA_TIMEOUT_DCCP_TIMEWAIT, "TIMEWAIT", 240, "nf_conntrack_dccp_timeout_timewait"},
};
inline constexpr std::array gre_slots{
    Slot{CTA_TIMEOUT_GRE_UNREPLIED, "UNREPLIED", 30, "nf_conntrack_gre_timeout"},
    Slot{CTA_TIMEOUT_GRE_REPLIED, "REPLIED", 180, "nf_conntrack_gre_timeout_stream"},
};
inline constexpr std::array icmpv6_slots{
    Slot{CTA_TIMEOUT_ICMPV6_TIMEOUT, "TIMEOUT", 30, "nf_conntrack_icmpv6_timeout"},
};
inline constexpr std::array sctp_slots{
    Slot{CTA_TIMEOUT_SCTP_CLOSED, "CLOSED", 10, "nf_conntrack_sctp_timeout_closed"},
    Slot{CTA_TIMEOUT_SCTP_COOKIE_WAIT, "COOKIE_WAIT", 3, "nf_conntrack_sctp_timeout_cookie_wait"},
    Slot{CTA_TIMEOUT_SCTP_COOKIE_ECHOED, "COOKIE_ECHOED", 3,
         "nf_conntrack_sctp_timeout_cookie_echoed"},
    Slot{CTA_TIMEOUT_SCTP_ESTABLISHED, "ESTABLISHED", 210, "nf_conntrack_sctp_timeout_established"},
    Slot{CTA_TIMEOUT_SCTP_SHUTDOWN_SENT, "SHUTDOWN_SENT", 3,
         "nf_conntrack_sctp_timeout_shutdown_sent"},
    Slot{CTA_TIMEOUT_SCTP_SHUTDOWN_RECD, "SHUTDOWN_RECD", 3,
         "nf_conntrack_sctp_timeout_shutdown_recd"},
    Slot{CTA_TIMEOUT_SCTP_SHUTDOWN_ACK_SENT, "SHUTDOWN_ACK_SENT", 3,
         "nf_conntrack_sctp_timeout_shutdown_ack_sent"},
    Slot{CTA_TIMEOUT_SCTP_HEARTBEAT_SENT, "HEARTBEAT_SENT", 30,
         "nf_conntrack_sctp_timeout_heartbeat_sent"},
    Slot{CTA_TIMEOUT_SCTP_HEARTBEAT_ACKED, "HEARTBEAT_ACKED", 0, ""},  // state no longer entered
};
inline constexpr std::array generic_slots{
    Slot{CTA_TIMEOUT_GENERIC_TIMEOUT, "TIMEOUT", 600, "nf_conntrack_generic_timeout"},
};

}  // namespace table

/// The table itself, in ascending layer-4 number.
inline constexpr std::array protocols{
    Protocol{"icmp", IPPROTO_ICMP, IPPROTO_ICMP, table::icmp_slots, {}},
    Protocol{"tcp", IPPROTO_TCP, IPPROTO_TCP, table::tcp_slots, {}},
    Protocol{"udp", IPPROTO_UDP, IPPROTO_UDP, table::udp_slots, {}},
    Protocol{"dccp", IPPROTO_DCCP, IPPROTO_DCCP, table::dccp_slots, {{3, 4}, {6, 17}}},
    Protocol{"gre", IPPROTO_GRE, IPPROTO_GRE, table::gre_slots, {}},
    Protocol{"icmpv6", IPPROTO_ICMPV6, IPPROTO_ICMPV6, table::icmpv6_slots, {}},
    Protocol{"sctp", IPPROTO_SCTP, IPPROTO_SCTP, table::sctp_slots, {}},
    Protocol{"udplite", IPPROTO_UDPLITE, IPPROTO_UDP, table::udp_slots, {{3, 4}, {7, 1}}},
    Protocol{"generic", generic_protocol, generic_protocol, table::generic_slots, {}},
};

namespace table {

inline constexpr std::uint8_t no_row = 0xff;

consteval std::array<std::uint8_t, 256> row_by_number() {
  std::array<std::uint8_t, 256> rows{};
  rows.fill(no_row);
  for (std::size_t row = 0; row < protocols.size(); ++row) {
    rows[protocols[row].number] = static_cast<std::uint8_t>(row);
  }
  return rows;
}

inline constexpr std::array<std::uint8_t, 256> rows = row_by_number();

consteval bool slots_are_dense_and_fit() {
  return std::ranges::all_of(protocols, [](const Protocol& protocol) {
    if (protocol.slots.empty() || protocol.slots.size() > max_slots) return false;
    for (std::size_t i = 0; i < protocol.slots.size(); ++i) {
      if (protocol.slots[i].number != i + 1) return false;
    }
    return true;
  });
}

consteval bool slot_names_are_unique() {
  return std::ranges::all_of(protocols, [](const Protocol& protocol) {
    for (const Slot& slot : protocol.slots) {
      if (std::ranges::count(protocol.slots, slot.name, &Slot::name) != 1) return false;
    }
    return true;
  });
}

consteval bool protocols_are_unique_and_sorted() {
  for (const Protocol& protocol : protocols) {
    if (std::ranges::count(protocols, protocol.name, &Protocol::name) != 1) return false;
  }
  return std::ranges::adjacent_find(protocols, std::ranges::greater_equal{}, &Protocol::number) ==
         protocols.end();
}

static_assert(slots_are_dense_and_fit());
static_assert(slot_names_are_unique());
static_assert(protocols_are_unique_and_sorted());
// udplite borrows udp's slot array: the kernel headers must agree that the numbers are the same.
static_assert(int{CTA_TIMEOUT_UDPLITE_UNREPLIED} == int{CTA_TIMEOUT_UDP_UNREPLIED} &&
              int{CTA_TIMEOUT_UDPLITE_REPLIED} == int{CTA_TIMEOUT_UDP_REPLIED});

}  // namespace table

/// The row of a layer-4 number, or nullptr. Constant time.
[[nodiscard]] constexpr const Protocol* find_protocol(std::uint8_t number) {
  const std::uint8_t row = table::rows[number];
  return row == table::no_row ? nullptr : &protocols[row];
}

/// The same of a kernel of that version; nullptr too if it does not track the protocol.
[[nodiscard]] constexpr const Protocol* find_protocol(std::uint8_t number, KernelVersion version) {
  const Protocol* found = find_protocol(number);
  return found != nullptr && found->versions.contains(version) ? found : nullptr;
}

/// The row with that lower-case name ("tcp"), or nullptr.
[[nodiscard]] constexpr const Protocol* find_protocol(std::string_view name) {
  const auto* found = std::ranges::find(protocols, name, &Protocol::name);
  return found == protocols.end() ? nullptr : found;
}

}  // namespace cttimeout
