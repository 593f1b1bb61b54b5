// A datagram that begins with NFNL_MSG_BATCH_BEGIN: a transaction of one subsystem.

#include "nfnetlink/batch.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cerrno>

#include "netlink/af_netlink.h"

namespace cttimeout::fake {

// nfnetlink_rcv_skb_batch (K-BATCH): no subsystem here has transactions, so the whole datagram is
// refused with one reply to its BATCH_BEGIN. The nfgenmsg is read from behind the header even
// if the message is too short for it.
void receive_batch(const NetworkNamespace& net, Socket& socket, const Request& begin,
                   std::span<const std::byte> datagram) {
  if (datagram.size() < nfnetlink_headers_size) return;
  const std::size_t attributes_at = std::min(nfnetlink_headers_size, begin.message.size());
  if (has_short_attribute(begin.message.subspan(attributes_at), NFNL_BATCH_GENID,
                          sizeof(std::uint32_t))) {
    return netlink_ack(socket, begin, ERANGE);
  }
  const auto res_id = load<nfgenmsg>(datagram.data() + NLMSG_HDRLEN).res_id;
  const bool is_nf_tables = res_id == NFNL_SUBSYS_NFTABLES;  // nft once sent host order
  const int count = net.has(Behaviour::hook_subsystem) ? NFNL_SUBSYS_COUNT : NFNL_SUBSYS_HOOK;
  const bool in_range = is_nf_tables || ntohs(res_id) < count;
  if (!in_range) return netlink_ack(socket, begin, EINVAL);
  netlink_ack(socket, begin, socket.allocate() ? EOPNOTSUPP : ENOMEM);  // K-ALLOC-7
}

}  // namespace cttimeout::fake
