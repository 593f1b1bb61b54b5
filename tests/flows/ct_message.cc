// Messages of ctnetlink, by libmnl.
#include "ct_message.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#include <array>
#include <cstring>

namespace cttimeout::test {
namespace {

bool is_icmp(std::uint8_t protocol) {
  return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
}

bool has_ports(std::uint8_t protocol) {
  return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE ||
         protocol == IPPROTO_SCTP || protocol == IPPROTO_DCCP || protocol == IPPROTO_GRE;
}

void put_address(nlmsghdr* message, std::uint8_t family, const Address& address, int v4, int v6) {
  const bool is_v4 = family == AF_INET;
  mnl_attr_put(message, static_cast<std::uint16_t>(is_v4 ? v4 : v6), is_v4 ? 4 : 16,
               address.bytes.data());
}

void put_tuple(nlmsghdr* message, const Tuple& tuple) {
  nlattr* outer = mnl_attr_nest_start(message, CTA_TUPLE_ORIG);
  nlattr* ip = mnl_attr_nest_start(message, CTA_TUPLE_IP);
  put_address(message, tuple.family, tuple.source, CTA_IP_V4_SRC, CTA_IP_V6_SRC);
  put_address(message, tuple.family, tuple.destination, CTA_IP_V4_DST, CTA_IP_V6_DST);
  mnl_attr_nest_end(message, ip);
  nlattr* proto = mnl_attr_nest_start(message, CTA_TUPLE_PROTO);
  mnl_attr_put_u8(message, CTA_PROTO_NUM, tuple.protocol);
  if (is_icmp(tuple.protocol)) {
    const bool is_v4 = tuple.protocol == IPPROTO_ICMP;
    mnl_attr_put_u16(message, is_v4 ? CTA_PROTO_ICMP_ID : CTA_PROTO_ICMPV6_ID,
                     htons(tuple.source_port));
    mnl_attr_put_u8(message, is_v4 ? CTA_PROTO_ICMP_TYPE : CTA_PROTO_ICMPV6_TYPE, tuple.icmp_type);
    mnl_attr_put_u8(message, is_v4 ? CTA_PROTO_ICMP_CODE : CTA_PROTO_ICMPV6_CODE, tuple.icmp_code);
  } else if (has_ports(tuple.protocol)) {
    mnl_attr_put_u16(message, CTA_PROTO_SRC_PORT, htons(tuple.source_port));
    mnl_attr_put_u16(message, CTA_PROTO_DST_PORT, htons(tuple.destination_port));
  }
  mnl_attr_nest_end(message, proto);
  mnl_attr_nest_end(message, outer);
}

nlmsghdr* start(std::span<std::byte> room, int command, int flags, std::uint8_t family) {
  nlmsghdr* message = mnl_nlmsg_put_header(room.data());
  message->nlmsg_type = static_cast<std::uint16_t>(NFNL_SUBSYS_CTNETLINK << 8 | command);
  message->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  auto* general = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(nfgenmsg)));
  *general = {.nfgen_family = family, .version = NFNETLINK_V0, .res_id = 0};
  return message;
}

View finished(const nlmsghdr* message) {
  return std::as_bytes(std::span(reinterpret_cast<const char*>(message), message->nlmsg_len));
}

/// The attributes of a nest by type, below `size`.
template <std::size_t size>
using Attributes = std::array<const nlattr*, size>;

template <std::size_t size>
int keep(const nlattr* attribute, void* kept) {
  const std::uint16_t type = mnl_attr_get_type(attribute);
  if (type < size) (*static_cast<Attributes<size>*>(kept))[type] = attribute;
  return MNL_CB_OK;
}

template <std::size_t size>
Attributes<size> inside(const nlattr* nest) {
  Attributes<size> attributes{};
  if (nest != nullptr) mnl_attr_parse_nested(nest, keep<size>, &attributes);
  return attributes;
}

std::uint8_t number8(const nlattr* attribute) {
  return attribute != nullptr ? mnl_attr_get_u8(attribute) : std::uint8_t{0};
}
std::uint16_t number16(const nlattr* attribute) {
  return attribute != nullptr ? ntohs(mnl_attr_get_u16(attribute)) : std::uint16_t{0};
}
std::uint32_t number32(const nlattr* attribute) {
  return attribute != nullptr ? ntohl(mnl_attr_get_u32(attribute)) : 0;
}

Address address(const nlattr* v4, const nlattr* v6) {
  Address address;
  const nlattr* found = v4 != nullptr ? v4 : v6;
  if (found == nullptr) return address;
  std::memcpy(address.bytes.data(), mnl_attr_get_payload(found),
              std::min<std::size_t>(mnl_attr_get_payload_len(found), address.bytes.size()));
  return address;
}

Tuple read_tuple(const nlattr* nest, std::uint8_t family) {
  const auto parts = inside<CTA_TUPLE_MAX + 1>(nest);
  const auto ip = inside<CTA_IP_MAX + 1>(parts[CTA_TUPLE_IP]);
  const auto proto = inside<CTA_PROTO_MAX + 1>(parts[CTA_TUPLE_PROTO]);
  Tuple tuple{.source = address(ip[CTA_IP_V4_SRC], ip[CTA_IP_V6_SRC]),
              .destination = address(ip[CTA_IP_V4_DST], ip[CTA_IP_V6_DST]),
              .family = family,
              .protocol = number8(proto[CTA_PROTO_NUM])};
  if (tuple.protocol == IPPROTO_ICMP) {
    tuple.source_port = number16(proto[CTA_PROTO_ICMP_ID]);
    tuple.icmp_type = number8(proto[CTA_PROTO_ICMP_TYPE]);
    tuple.icmp_code = number8(proto[CTA_PROTO_ICMP_CODE]);
  } else if (tuple.protocol == IPPROTO_ICMPV6) {
    tuple.source_port = number16(proto[CTA_PROTO_ICMPV6_ID]);
    tuple.icmp_type = number8(proto[CTA_PROTO_ICMPV6_TYPE]);
    tuple.icmp_code = number8(proto[CTA_PROTO_ICMPV6_CODE]);
  } else {
    tuple.source_port = number16(proto[CTA_PROTO_SRC_PORT]);
    tuple.destination_port = number16(proto[CTA_PROTO_DST_PORT]);
  }
  return tuple;
}

void read_info(Flow& flow, const nlattr* nest) {
  const auto parts = inside<CTA_PROTOINFO_MAX + 1>(nest);
  if (parts[CTA_PROTOINFO_TCP] != nullptr) {
    const auto tcp = inside<CTA_PROTOINFO_TCP_MAX + 1>(parts[CTA_PROTOINFO_TCP]);
    flow.info = TcpInfo{.state = number8(tcp[CTA_PROTOINFO_TCP_STATE]),
                        .window_scale = {number8(tcp[CTA_PROTOINFO_TCP_WSCALE_ORIGINAL]),
                                         number8(tcp[CTA_PROTOINFO_TCP_WSCALE_REPLY])},
                        // struct nf_ct_tcp_flags: the flags, then a mask.
                        .flags = {number8(tcp[CTA_PROTOINFO_TCP_FLAGS_ORIGINAL]),
                                  number8(tcp[CTA_PROTOINFO_TCP_FLAGS_REPLY])}};
  } else if (parts[CTA_PROTOINFO_SCTP] != nullptr) {
    const auto sctp = inside<CTA_PROTOINFO_SCTP_MAX + 1>(parts[CTA_PROTOINFO_SCTP]);
    flow.info = SctpInfo{.state = number8(sctp[CTA_PROTOINFO_SCTP_STATE]),
                         .tags = {number32(sctp[CTA_PROTOINFO_SCTP_VTAG_ORIGINAL]),
                                  number32(sctp[CTA_PROTOINFO_SCTP_VTAG_REPLY])}};
  } else if (parts[CTA_PROTOINFO_DCCP] != nullptr) {
    const auto dccp = inside<CTA_PROTOINFO_DCCP_MAX + 1>(parts[CTA_PROTOINFO_DCCP]);
    DccpInfo info{.state = number8(dccp[CTA_PROTOINFO_DCCP_STATE]),
                  .role = number8(dccp[CTA_PROTOINFO_DCCP_ROLE])};
    if (const nlattr* handshake = dccp[CTA_PROTOINFO_DCCP_HANDSHAKE_SEQ]) {
      info.handshake = be64toh(mnl_attr_get_u64(handshake));
    }
    flow.info = info;
  }
}

}  // namespace

View get_flow(const Tuple& tuple, std::span<std::byte> room) {
  nlmsghdr* message = start(room, IPCTNL_MSG_CT_GET, 0, tuple.family);
  put_tuple(message, tuple);
  return finished(message);
}

View change_flow(const Tuple& tuple, std::chrono::seconds timeout, std::span<std::byte> room) {
  nlmsghdr* message = start(room, IPCTNL_MSG_CT_NEW, NLM_F_ACK, tuple.family);
  put_tuple(message, tuple);
  mnl_attr_put_u32(message, CTA_TIMEOUT, htonl(static_cast<std::uint32_t>(timeout.count())));
  return finished(message);
}

View delete_flow(const Tuple& tuple, std::span<std::byte> room) {
  nlmsghdr* message = start(room, IPCTNL_MSG_CT_DELETE, NLM_F_ACK, tuple.family);
  put_tuple(message, tuple);
  return finished(message);
}

View delete_flows(std::span<std::byte> room) {
  return finished(start(room, IPCTNL_MSG_CT_DELETE, NLM_F_ACK, AF_UNSPEC));
}

std::optional<Flow> read_flow(View message) {
  const auto* header = reinterpret_cast<const nlmsghdr*>(message.data());
  if (header->nlmsg_type != (NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW)) return std::nullopt;
  const auto* general = static_cast<const nfgenmsg*>(mnl_nlmsg_get_payload(header));
  Attributes<CTA_MAX + 1> attributes{};
  mnl_attr_parse(header, sizeof(nfgenmsg), keep<CTA_MAX + 1>, &attributes);
  Flow flow;
  flow.original = read_tuple(attributes[CTA_TUPLE_ORIG], general->nfgen_family);
  flow.reply = read_tuple(attributes[CTA_TUPLE_REPLY], general->nfgen_family);
  flow.status = number32(attributes[CTA_STATUS]);
  flow.remaining = std::chrono::seconds(number32(attributes[CTA_TIMEOUT]));
  read_info(flow, attributes[CTA_PROTOINFO]);
  return flow;
}

}  // namespace cttimeout::test
