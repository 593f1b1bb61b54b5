// A packet as conntrack sees it: parsed fields, apart from the bytes that they came from.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "cttimeout/kernel_profile.h"
#include "cttimeout/tuple.h"

namespace cttimeout {

/// The flags of a TCP header, as its 14th byte has them.
enum TcpFlag : std::uint8_t {
  tcp_fin = 0x01,
  tcp_syn = 0x02,
  tcp_rst = 0x04,
  tcp_psh = 0x08,
  tcp_ack = 0x10,
  tcp_urg = 0x20,
  tcp_ece = 0x40,
  tcp_cwr = 0x80,
};

/// A TCP header. Numbers are in host order.
struct TcpHeader {
  std::uint8_t flags = 0;                         ///< TcpFlag
  std::uint32_t sequence = 0;                     ///< of the first byte, SYN or FIN
  std::uint32_t acknowledgement = 0;              ///< the field, whether or not ACK is set
  std::uint16_t window = 0;                       ///< as it is sent, not scaled
  std::uint32_t payload = 0;                      ///< bytes of data
  bool has_options = false;                       ///< the header is longer than 20 bytes
  std::optional<std::uint8_t> window_scale = {};  ///< 14 at most; nullopt without the option
  bool sack_permitted = false;                    ///< the option is there
  std::uint8_t sack_blocks = 0;                   ///< how many of `sack_edges` there are
  std::array<std::uint32_t, 4> sack_edges{};      ///< right edges of the first SACK option
};

/// A chunk of SCTP.
struct SctpChunk {
  std::uint8_t type = 0;           ///< as RFC 9260 numbers it
  std::uint8_t flags = 0;          ///< those of its header
  std::uint32_t initiate_tag = 0;  ///< of INIT and INIT_ACK
};

/// An SCTP header and its chunks.
struct SctpHeader {
  std::uint32_t tag = 0;               ///< verification tag
  std::vector<SctpChunk> chunks = {};  ///< in their order
};

/// A DCCP header.
struct DccpHeader {
  std::uint8_t type = 0;              ///< 0 REQUEST to 9 SYNCACK
  std::uint64_t sequence = 0;         ///< 24 or 48 bits
  std::uint64_t acknowledgement = 0;  ///< 0 where the packet has none
  bool is_cut = false;                ///< the packet ends before what its type needs
};

/// An ICMP error: what it quotes of the packet that it is about.
struct IcmpError {
  std::optional<Tuple> quoted = {};  ///< nullopt if that gives no tuple
};

/// Why conntrack calls a packet INVALID before it looks at the table.
enum class Flaw : std::uint8_t {
  none,            ///< it is looked at
  malformed,       ///< headers that are cut or contradict themselves (K-FLOW-101, 115, 221)
  wrong_checksum,  ///< counts only where checksums are verified (K-FLOW-114)
  fragment         ///< part of a packet: conntrack sees none before all of it is there (K-FLOW-106)
};

/// Where conntrack and table raw meet a packet.
enum class Hook : std::uint8_t {
  prerouting,  ///< it has come in
  output       ///< it was made on this host; its checksum is not looked at
};

/// One packet, reassembled if it was fragmented.
struct Packet {
  Tuple tuple = {};              ///< from its headers
  Flaw flaw = Flaw::none;        ///< what is wrong with it
  Hook hook = Hook::prerouting;  ///< where it is met
  /// What the tracker looks at, beside the tuple.
  std::variant<std::monostate, TcpHeader, SctpHeader, DccpHeader, IcmpError> transport = {};
};

/// The packet in these bytes, which begin with an IPv4 or IPv6 header, as it comes in. Never fails:
/// what is wrong with them is in `flaw`. Headers of protocols that the kernel does not track are
/// not looked at (K-FLOW-352, 353).
[[nodiscard]] Packet parse_packet(std::span<const std::byte> bytes,
                                  const KernelProfile& profile = linux_6_18);

}  // namespace cttimeout
