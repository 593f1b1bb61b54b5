// The nfnetlink layer: permission, the walk over messages, the table of subsystems.

#include "nfnetlink/nfnetlink.h"

#include <cerrno>

#include "nfnetlink/batch.h"

namespace cttimeout::fake {

namespace {

/// The request at the start of `rest`, or nullopt where no sane header stands (K-FRAME-3/4).
std::optional<Request> first_request(std::span<const std::byte> rest) {
  if (rest.size() < NLMSG_HDRLEN) return std::nullopt;
  const auto header = load<nlmsghdr>(rest.data());
  if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > rest.size()) return std::nullopt;
  return Request{header, rest.first(header.nlmsg_len)};
}

}  // namespace

Nfnetlink::Nfnetlink(NetworkNamespace& net, std::initializer_list<Row> table) : net_(net) {
  for (const Row& row : table) subsystems_[row.id] = row.subsystem;
}

// nfnetlink_rcv_msg: 0, an errno, or started_dump
int Nfnetlink::handle(Socket& socket, const Request& request, ExtendedAck& extended) {
  if (request.message.size() < nfnetlink_headers_size) return 0;  // K-FRAME-2
  const unsigned id = NFNL_SUBSYS_ID(request.header.nlmsg_type);
  Subsystem* const subsystem = id < subsystems_.size() ? subsystems_[id] : nullptr;
  if (subsystem == nullptr) return EINVAL;  // K-NFNL-4
  const unsigned type = NFNL_MSG_TYPE(request.header.nlmsg_type);
  const AttributeRules* const rules = subsystem->find_command(type);
  if (rules == nullptr) return EINVAL;  // K-NFNL-5
  Attributes attributes(rules->last_type);
  const int invalid =
      parse_attributes(request.message, nfnetlink_headers_size, *rules, attributes, extended);
  if (invalid != 0) return invalid;
  return subsystem->run(type, {socket, request.header, attributes});
}

// netlink_rcv_skb for one message
void Nfnetlink::receive_message(Socket& socket, const Request& request) {
  ExtendedAck extended;
  int error = 0;
  const bool executed = (request.header.nlmsg_flags & NLM_F_REQUEST) != 0 &&
                        request.header.nlmsg_type >= NLMSG_MIN_TYPE;  // K-FRAME-7/8
  if (executed) error = handle(socket, request, extended);
  if (error == Subsystem::started_dump) return;
  if (error != 0 || (request.header.nlmsg_flags & NLM_F_ACK) != 0) {
    netlink_ack(socket, request, error, extended);
  }
}

// nfnetlink_rcv
void Nfnetlink::receive(Socket& socket, std::span<const std::byte> datagram, const Caller& caller) {
  std::optional<Request> request = first_request(datagram);
  if (!request) return;
  if (!caller.capable) return netlink_ack(socket, *request, EPERM);  // K-PERM-1
  if (request->header.nlmsg_type == NFNL_MSG_BATCH_BEGIN) {
    return receive_batch(net_, socket, *request, datagram);
  }
  for (auto rest = datagram; request; request = first_request(rest)) {
    receive_message(socket, *request);
    rest = rest.subspan(std::min(align4(request->header.nlmsg_len), rest.size()));
  }
}

}  // namespace cttimeout::fake
