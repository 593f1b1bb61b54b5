// The nfnetlink layer: permission, batches, the walk over messages, the command table.

#include "nfnetlink.h"

#include <linux/netfilter/nfnetlink.h>

#include <algorithm>
#include <cerrno>

#include "af_netlink.h"
#include "cttimeout.h"
#include "netlink_ack.h"

namespace cttimeout {

namespace {

constexpr std::size_t headers_size = NLMSG_HDRLEN + sizeof(nfgenmsg);

template <class T>
T load(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/// The request at the start of `rest`, or nullopt where no sane header stands (K-FRAME-3/4).
std::optional<Request> first_request(std::span<const std::byte> rest) {
  if (rest.size() < NLMSG_HDRLEN) return std::nullopt;
  const auto header = load<nlmsghdr>(rest.data());
  if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > rest.size()) return std::nullopt;
  return Request{header, rest.first(header.nlmsg_len)};
}

// nfnetlink_rcv_skb_batch (K-BATCH): no subsystem here has transactions, so the whole datagram is
// refused with one answer to its BATCH_BEGIN. The nfgenmsg is read from behind the header even
// if the message is too short for it.
void receive_batch(const Namespace& net, Socket& socket, const Request& begin,
                   std::span<const std::byte> datagram) {
  if (datagram.size() < headers_size) return;
  const std::size_t attributes_at = std::min(headers_size, begin.message.size());
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

// nfnetlink_rcv_msg: 0, an errno, or started_dump
int handle(Namespace& net, Socket& socket, const Request& request, ExtendedAck& extended) {
  if (request.message.size() < headers_size) return 0;  // K-FRAME-2
  const unsigned type = request.header.nlmsg_type;
  if (NFNL_SUBSYS_ID(type) != NFNL_SUBSYS_CTNETLINK_TIMEOUT) return EINVAL;  // K-NFNL-4
  const Command command = find_command(NFNL_MSG_TYPE(type));
  if (command == nullptr) return EINVAL;  // K-NFNL-5
  Attributes attributes{};
  const int invalid = parse_attributes(request.message, headers_size, attributes, extended);
  if (invalid != 0) return invalid;
  return command({net, socket, request.header, attributes});
}

// netlink_rcv_skb for one message
void receive_message(Namespace& net, Socket& socket, const Request& request) {
  ExtendedAck extended;
  int error = 0;
  const bool executed = (request.header.nlmsg_flags & NLM_F_REQUEST) != 0 &&
                        request.header.nlmsg_type >= NLMSG_MIN_TYPE;  // K-FRAME-7/8
  if (executed) error = handle(net, socket, request, extended);
  if (error == started_dump) return;
  if (error != 0 || (request.header.nlmsg_flags & NLM_F_ACK) != 0) {
    netlink_ack(socket, request, error, extended);
  }
}

}  // namespace

// nfnetlink_rcv
void nfnetlink_rcv(Namespace& net, Socket& socket, std::span<const std::byte> datagram,
                   bool capable) {
  std::optional<Request> request = first_request(datagram);
  if (!request) return;
  if (!capable) return netlink_ack(socket, *request, EPERM);  // K-PERM-1
  if (request->header.nlmsg_type == NFNL_MSG_BATCH_BEGIN) {
    return receive_batch(net, socket, *request, datagram);
  }
  for (auto rest = datagram; request; request = first_request(rest)) {
    receive_message(net, socket, *request);
    rest = rest.subspan(std::min(align4(request->header.nlmsg_len), rest.size()));
  }
}

}  // namespace cttimeout
