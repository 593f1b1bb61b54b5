// The nfnetlink layer: permission, the walk over messages, the table of subsystems.

#include "nfnetlink/nfnetlink.h"

#include <arpa/inet.h>

#include <cerrno>

#include "netlink/af_netlink.h"
#include "nfnetlink/batch.h"

namespace cttimeout::fake {

namespace {

/// The generation that a BATCH_BEGIN asks for, 0 if it asks for none; ERANGE if it is cut. The
/// nfgenmsg is taken to be there even if the message is too short for it.
SyscallResult<std::uint32_t> generation_of(const Request& begin) {
  constexpr std::size_t size = sizeof(std::uint32_t);
  const std::size_t attributes_at = std::min(nfnetlink_headers_size, begin.message.size());
  std::uint32_t generation = 0;
  std::size_t left = 0;
  const int error = for_each_attribute(begin.message.subspan(attributes_at), left,
                                       [&](auto type, auto payload, std::size_t) {
                                         if (type != NFNL_BATCH_GENID) return 0;
                                         if (payload.size() < size) return ERANGE;
                                         generation = big32_of(payload);
                                         return 0;
                                       });
  if (error != 0) return tl::unexpected(error);
  return generation;
}

}  // namespace

std::optional<Request> first_request(std::span<const std::byte> rest) {
  if (rest.size() < NLMSG_HDRLEN) return std::nullopt;
  const auto header = load<nlmsghdr>(rest.data());
  if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > rest.size()) return std::nullopt;
  return Request{header, rest.first(header.nlmsg_len)};
}

int run_command(Subsystem& subsystem, CallType call, Socket& socket, const Request& request,
                const Caller& caller, ExtendedAck& extended) {
  const unsigned type = NFNL_MSG_TYPE(request.header.nlmsg_type);
  const std::optional<Command> command = subsystem.find_command(type);
  if (!command) return EINVAL;  // K-NFNL-5
  Attributes attributes(command->rules->last_type);
  const int invalid = parse_attributes(request.message, nfnetlink_headers_size, *command->rules,
                                       attributes, extended);
  if (invalid != 0) return invalid;
  if (command->call != call) return EINVAL;
  return subsystem.run(type, {socket, request, attributes, caller, extended});
}

Nfnetlink::Nfnetlink(NetworkNamespace& net, std::initializer_list<Row> table) : net_(net) {
  for (const Row& row : table) subsystems_[row.id] = row.subsystem;
}

// nfnetlink_rcv_msg: 0, an errno, or started_dump
int Nfnetlink::handle(Socket& socket, const Request& request, const Caller& caller,
                      ExtendedAck& extended) {
  if (request.message.size() < nfnetlink_headers_size) return 0;  // K-FRAME-2
  const unsigned id = NFNL_SUBSYS_ID(request.header.nlmsg_type);
  Subsystem* const subsystem = id < subsystems_.size() ? subsystems_[id] : nullptr;
  if (subsystem == nullptr) return EINVAL;  // K-NFNL-4
  return run_command(*subsystem, CallType::alone, socket, request, caller, extended);
}

// netlink_rcv_skb for one message
void Nfnetlink::receive_message(Socket& socket, const Request& request, const Caller& caller) {
  ExtendedAck extended;
  int error = 0;
  const bool executed = (request.header.nlmsg_flags & NLM_F_REQUEST) != 0 &&
                        request.header.nlmsg_type >= NLMSG_MIN_TYPE;  // K-FRAME-7/8
  if (executed) error = handle(socket, request, caller, extended);
  if (error == Subsystem::started_dump) return;
  if (error != 0 || (request.header.nlmsg_flags & NLM_F_ACK) != 0) {
    netlink_ack(socket, request, error, extended);
  }
}

// nfnetlink_rcv_skb_batch (K-BATCH)
void Nfnetlink::receive_batch(Socket& socket, const Request& begin,
                              std::span<const std::byte> datagram, const Caller& caller) {
  if (datagram.size() < nfnetlink_headers_size) return;
  const auto generation = generation_of(begin);
  if (!generation) return netlink_ack(socket, begin, generation.error());
  const auto res_id = load<nfgenmsg>(datagram.data() + NLMSG_HDRLEN).res_id;
  const bool in_host_order = res_id == NFNL_SUBSYS_NFTABLES;  // as nft once sent it
  const unsigned id = in_host_order ? NFNL_SUBSYS_NFTABLES : ntohs(res_id);
  const unsigned count = net_.has(Behaviour::hook_subsystem) ? NFNL_SUBSYS_COUNT : NFNL_SUBSYS_HOOK;
  if (id >= count) return netlink_ack(socket, begin, EINVAL);
  if (!socket.allocate()) return netlink_ack(socket, begin, ENOMEM);  // K-ALLOC-7
  Subsystem* const subsystem = subsystems_[id];
  Transactions* const transactions = subsystem != nullptr ? subsystem->transactions() : nullptr;
  if (transactions == nullptr) return netlink_ack(socket, begin, EOPNOTSUPP);
  if (!transactions->accepts_generation(*generation)) return netlink_ack(socket, begin, ERESTART);
  const std::size_t size = std::min(align4(begin.header.nlmsg_len), datagram.size());
  Batch(socket, caller, id, *subsystem).receive(begin, datagram.subspan(size));
}

// nfnetlink_rcv
void Nfnetlink::receive(Socket& socket, std::span<const std::byte> datagram, const Caller& caller) {
  std::optional<Request> request = first_request(datagram);
  if (!request) return;
  if (!caller.capable) return netlink_ack(socket, *request, EPERM);  // K-PERM-1
  if (request->header.nlmsg_type == NFNL_MSG_BATCH_BEGIN) {
    return receive_batch(socket, *request, datagram, caller);
  }
  for (auto rest = datagram; request; request = first_request(rest)) {
    receive_message(socket, *request, caller);
    rest = rest.subspan(std::min(align4(request->header.nlmsg_len), rest.size()));
  }
}

}  // namespace cttimeout::fake
