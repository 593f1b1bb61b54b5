// Flow: what conntrack tells over netlink of one flow.
#include "flow.h"

#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <netlink/msg.h>
#include <netlink/netfilter/ct.h>
#include <netlink/netfilter/nfnl.h>
#include <netlink/netlink.h>

#include "flows/layer4.h"

namespace cttimeout::packets {
namespace {

using NlAddress = Handle<nl_addr, nl_addr_put>;
using Conntrack = Handle<nfnl_ct, nfnl_ct_put>;
using Message = Handle<nl_msg, nlmsg_free>;

// Of a flow, libnl has two of everything: as it was opened, and as it is replied to.
constexpr int original = 0;
constexpr int reply = 1;

NlAddress address(Family family, const Address& address) {
  const std::size_t size = family == Family::ipv4 ? 4 : 16;
  return NlAddress(nl_addr_build(static_cast<int>(family), address.bytes.data(), size));
}

// What tells the packet's flow from all others.
Conntrack key(const Packet& packet) {
  const Family family = packet.family;
  Conntrack flow(nfnl_ct_alloc());
  nfnl_ct_set_family(flow.get(), static_cast<std::uint8_t>(family));
  nfnl_ct_set_proto(flow.get(), packet.protocol);
  nfnl_ct_set_src(flow.get(), original, address(family, client_address(family)).get());
  nfnl_ct_set_dst(flow.get(), original, address(family, server_address(family)).get());
  if (packet.protocol == IPPROTO_ICMP || packet.protocol == IPPROTO_ICMPV6) {
    nfnl_ct_set_icmp_id(flow.get(), original, echo_id);
    nfnl_ct_set_icmp_type(flow.get(), original,
                          packet.protocol == IPPROTO_ICMP ? ICMP_ECHO : ICMP6_ECHO_REQUEST);
    nfnl_ct_set_icmp_code(flow.get(), original, 0);
  } else {
    nfnl_ct_set_src_port(flow.get(), original, packet.server_port == 0 ? 0 : client_port);
    nfnl_ct_set_dst_port(flow.get(), original, packet.server_port);
  }
  return flow;
}

// The kernel marks the only message of the reply as one of several; no end would ever follow.
int take(nl_msg* message, void* answer) {
  nfnl_ct* read = nullptr;
  if (nfnlmsg_ct_parse(nlmsg_hdr(message), &read) < 0) return NL_STOP;
  const Conntrack flow(read);
  *static_cast<std::optional<Flow>*>(answer) =
      Flow{.remaining = std::chrono::seconds(nfnl_ct_get_timeout(read)),
           .packets = nfnl_ct_get_packets(read, original) + nfnl_ct_get_packets(read, reply)};
  return NL_STOP;
}

}  // namespace

FlowReader::FlowReader() : socket_(nl_socket_alloc()) {
  nfnl_connect(socket_.get());
  nl_socket_disable_auto_ack(socket_.get());
}

std::optional<Flow> FlowReader::find(const Packet& packet) {
  std::optional<Flow> answer;
  nl_msg* built = nullptr;
  if (nfnl_ct_build_query_request(key(packet).get(), 0, &built) < 0) return answer;
  const Message request(built);
  nl_socket_modify_cb(socket_.get(), NL_CB_VALID, NL_CB_CUSTOM, take, &answer);
  if (nl_send_auto(socket_.get(), request.get()) >= 0) nl_recvmsgs_default(socket_.get());
  return answer;
}

}  // namespace cttimeout::packets
