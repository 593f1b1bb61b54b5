// Transport headers: what the tuple and the trackers need of them.
#include "conntrack/parse_transport.h"

#include <netinet/in.h>

#include <algorithm>

#include "conntrack/checksum.h"
#include "conntrack/sctp.h"
#include "conntrack/tuple.h"

namespace cttimeout::fake {
namespace {

constexpr std::size_t ports_size = 4;
constexpr std::size_t icmp_size = 8;
constexpr std::size_t udp_size = 8;
constexpr std::size_t tcp_size = 20;
constexpr std::size_t sctp_size = 12;
constexpr std::size_t chunk_size = 4;
constexpr std::size_t init_size = 20;  // of the chunk, without parameters
constexpr std::uint16_t gre_version_mask = 7;
constexpr std::uint16_t gre_protocol_ppp = 0x880b;

/// Plain GRE has no keys here, whatever its key field; version 1 (PPTP) has a call id.
bool parse_gre(Tuple& tuple, PacketBytes gre) {
  constexpr std::size_t head_size = 4;
  constexpr std::size_t pptp_size = 8;
  if (gre.size() < head_size || (load16(gre, 0) & gre_version_mask) != 1) return true;
  if (gre.size() < pptp_size) return true;
  if (load16(gre, 2) != gre_protocol_ppp) return false;
  tuple.destination_port = load16(gre, 6);
  return true;
}

bool sum_is_wrong(const Packet& packet, PacketBytes covered, std::uint8_t protocol,
                  std::size_t length) {
  return internet_checksum(covered, pseudo_header(packet.tuple, protocol, length)) != 0;
}

/// Options up to the first that makes no sense (K-FLOW-154, 155).
void parse_tcp_options(TcpHeader& tcp, PacketBytes options) {
  enum : std::uint8_t { end, padding, maximum_segment, scale, sack_permitted, sack };
  for (std::size_t at = 0; at < options.size();) {
    const std::uint8_t kind = load8(options, at);
    if (kind == end) return;
    if (kind == padding) {
      ++at;
      continue;
    }
    if (options.size() - at < 2) return;
    const std::size_t length = load8(options, at + 1);
    if (length < 2 || length > options.size() - at) return;
    if (kind == scale && length == 3) {
      constexpr std::uint8_t largest_scale = 14;
      tcp.window_scale = std::min(load8(options, at + 2), largest_scale);
    }
    if (kind == sack_permitted && length == 2) tcp.sack_permitted = true;
    if (kind == sack && tcp.sack_blocks == 0 && length > 2 && (length - 2) % 8 == 0) {
      for (std::size_t edge = at + 6; edge < at + length; edge += 8) {
        tcp.sack_edges.at(tcp.sack_blocks++) = load32(options, edge);
      }
    }
    at += length;
  }
}

Flaw parse_tcp(Packet& packet, PacketBytes bytes) {
  if (bytes.size() < tcp_size) return Flaw::malformed;
  const std::size_t header = 4UL * (load8(bytes, 12) >> 4U);
  if (header < tcp_size || header > bytes.size()) return Flaw::malformed;
  TcpHeader tcp{.flags = load8(bytes, 13),
                .sequence = load32(bytes, 4),
                .acknowledgement = load32(bytes, 8),
                .window = load16(bytes, 14),
                .payload = static_cast<std::uint32_t>(bytes.size() - header),
                .has_options = header > tcp_size};
  parse_tcp_options(tcp, bytes.first(header).subspan(tcp_size));
  packet.transport = tcp;
  return sum_is_wrong(packet, bytes, IPPROTO_TCP, bytes.size()) ? Flaw::wrong_checksum : Flaw::none;
}

Flaw parse_udp(const Packet& packet, PacketBytes bytes) {
  if (bytes.size() < udp_size) return Flaw::malformed;
  const std::size_t length = load16(bytes, 4);
  if (length < udp_size || length > bytes.size()) return Flaw::malformed;
  const bool has_sum = load16(bytes, 6) != 0;
  return has_sum && sum_is_wrong(packet, bytes, IPPROTO_UDP, bytes.size()) ? Flaw::wrong_checksum
                                                                           : Flaw::none;
}

/// The kernel verifies the sum as if the protocol were UDP (K-FLOW-114).
Flaw parse_udplite(const Packet& packet, PacketBytes bytes) {
  if (bytes.size() < udp_size) return Flaw::malformed;
  std::size_t coverage = load16(bytes, 4);
  if (coverage == 0) coverage = bytes.size();
  if (coverage < udp_size || coverage > bytes.size()) return Flaw::malformed;
  if (load16(bytes, 6) == 0) return Flaw::malformed;
  return sum_is_wrong(packet, bytes.first(coverage), IPPROTO_UDP, bytes.size())
             ? Flaw::wrong_checksum
             : Flaw::none;
}

/// Whether these chunks may stand together (K-FLOW-221).
bool may_stand_together(const std::vector<SctpChunk>& chunks) {
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    const std::uint8_t type = chunks[i].type;
    const bool alone =
        type == sctp::init || type == sctp::init_ack || type == sctp::shutdown_complete;
    const bool first = type == sctp::cookie_echo || type == sctp::cookie_ack;
    if ((alone && chunks.size() > 1) || (first && i != 0)) return false;
  }
  return !chunks.empty();
}

Flaw parse_sctp(Packet& packet, PacketBytes bytes) {
  if (bytes.size() < sctp_size) return Flaw::malformed;
  SctpHeader header{.tag = load32(bytes, 4)};
  for (std::size_t at = sctp_size; at + chunk_size <= bytes.size();) {
    SctpChunk chunk{.type = load8(bytes, at), .flags = load8(bytes, at + 1)};
    const std::size_t length = load16(bytes, at + 2);
    if (length == 0) return Flaw::malformed;
    if (chunk.type == sctp::init || chunk.type == sctp::init_ack) {
      if (bytes.size() - at < init_size) return Flaw::malformed;
      chunk.initiate_tag = load32(bytes, at + chunk_size);
    }
    header.chunks.push_back(chunk);
    at += (length + 3) & ~std::size_t{3};
  }
  const bool together = may_stand_together(header.chunks);
  packet.transport = std::move(header);
  if (!together) return Flaw::malformed;
  return sctp_checksum(bytes) == load32(bytes, 8) ? Flaw::none : Flaw::wrong_checksum;
}

/// K-FLOW-251. All types but DATA, ACK and DATAACK need sequence numbers of 48 bits.
Flaw parse_dccp(Packet& packet, PacketBytes bytes) {
  enum : std::uint8_t { request, response, data, data_ack = 4, reset = 7, sync_ack = 9 };
  constexpr std::size_t short_size = 12;
  constexpr std::size_t long_size = 16;
  if (bytes.size() < short_size) {
    packet.transport = DccpHeader{.is_cut = true};
    return Flaw::none;
  }
  const std::size_t header = 4UL * load8(bytes, 4);
  if (header < short_size || header > bytes.size()) return Flaw::malformed;
  const std::size_t coverage_field = load8(bytes, 5) & 0x0fU;
  const std::size_t covered = coverage_field == 0 ? bytes.size() : 4 * (coverage_field - 1);
  if (covered > bytes.size()) return Flaw::malformed;
  DccpHeader dccp{.type = static_cast<std::uint8_t>(load8(bytes, 8) >> 1U & 0x0fU)};
  const bool is_long = (load8(bytes, 8) & 1U) != 0;
  const bool may_be_short = dccp.type >= data && dccp.type <= data_ack;
  if (dccp.type > sync_ack || (!is_long && !may_be_short)) return Flaw::malformed;
  const std::size_t size = is_long ? long_size : short_size;
  const bool has_ack = dccp.type != request && dccp.type != data;
  const bool has_code = dccp.type == request || dccp.type == response || dccp.type == reset;
  dccp.is_cut = bytes.size() < size + (has_ack ? 8 : 0) + (has_code ? 4 : 0);
  if (!dccp.is_cut) {
    dccp.sequence = is_long ? std::uint64_t{load16(bytes, 10)} << 32U | load32(bytes, 12)
                            : load32(bytes, 8) & 0xffffffU;
  }
  if (has_ack && !dccp.is_cut) {
    dccp.acknowledgement = std::uint64_t{load16(bytes, size + 2)} << 32U | load32(bytes, size + 4);
  }
  packet.transport = dccp;
  return sum_is_wrong(packet, bytes.first(covered), IPPROTO_DCCP, bytes.size())
             ? Flaw::wrong_checksum
             : Flaw::none;
}

}  // namespace

bool parse_ports(Tuple& tuple, PacketBytes transport, KernelVersion version) {
  if (has_icmp_type(tuple.protocol)) {
    if (transport.size() < icmp_size) return false;
    tuple.icmp_type = load8(transport, 0);
    tuple.icmp_code = load8(transport, 1);
    tuple.source_port = load16(transport, 4);
    return true;
  }
  if (tuple.protocol == IPPROTO_GRE) return parse_gre(tuple, transport);
  if (!has_ports(tuple.protocol) || find_protocol(tuple.protocol, version) == nullptr) return true;
  if (transport.size() < ports_size) return false;
  tuple.source_port = load16(transport, 0);
  tuple.destination_port = load16(transport, 2);
  return true;
}

void parse_header(Packet& packet, PacketBytes transport, KernelVersion version) {
  if (find_protocol(packet.tuple.protocol, version) == nullptr) return;
  switch (packet.tuple.protocol) {
    case IPPROTO_TCP:
      packet.flaw = parse_tcp(packet, transport);
      break;
    case IPPROTO_UDP:
      packet.flaw = parse_udp(packet, transport);
      break;
    case IPPROTO_UDPLITE:
      packet.flaw = parse_udplite(packet, transport);
      break;
    case IPPROTO_SCTP:
      packet.flaw = parse_sctp(packet, transport);
      break;
    case IPPROTO_DCCP:
      packet.flaw = parse_dccp(packet, transport);
      break;
    default:
      break;
  }
}

}  // namespace cttimeout::fake
