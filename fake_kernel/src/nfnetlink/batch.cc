// A datagram that begins with NFNL_MSG_BATCH_BEGIN: a transaction of one subsystem.

#include "nfnetlink/batch.h"

#include <cerrno>

#include "netlink/af_netlink.h"

namespace cttimeout::fake {

void Batch::receive(const Request& begin, std::span<const std::byte> rest) {
  if ((begin.header.nlmsg_flags & NLM_F_ACK) != 0) replies_.push_back({begin, 0, {}});
  Transactions& transactions = *subsystem_.transactions();
  transactions.begin();
  finish(receive_messages(rest));
  for (const Reply& reply : replies_) {
    netlink_ack(socket_, reply.request, reply.error, reply.extended);
  }
}

Batch::End Batch::receive_messages(std::span<const std::byte> rest) {
  while (rest.size() >= NLMSG_HDRLEN) {
    const auto request = first_request(rest);
    if (!request || request->message.size() < nfnetlink_headers_size) return End::malformed;
    if (!first_) first_ = request;
    const bool is_request = (request->header.nlmsg_flags & NLM_F_REQUEST) != 0;
    if (is_request && request->header.nlmsg_type == NFNL_MSG_BATCH_BEGIN) return End::malformed;
    if (is_request && request->header.nlmsg_type == NFNL_MSG_BATCH_END) {
      last_ = request;
      return End::done;
    }
    ExtendedAck extended;
    const int error = is_request ? run(*request, extended) : EINVAL;
    failed_ = failed_ || error != 0;
    if (error != 0 || (request->header.nlmsg_flags & NLM_F_ACK) != 0) {
      replies_.push_back({*request, error, extended});
    }
    rest = rest.subspan(std::min(align4(request->header.nlmsg_len), rest.size()));
  }
  return End::none;
}

int Batch::run(const Request& request, ExtendedAck& extended) {
  if (NFNL_SUBSYS_ID(request.header.nlmsg_type) != id_) return EINVAL;
  return run_command(subsystem_, CallType::in_batch, socket_, request, caller_, extended);
}

// Without a BATCH_END it was a rehearsal.
void Batch::finish(End end) {
  Transactions& transactions = *subsystem_.transactions();
  if (end == End::malformed) replies_.clear();
  if (end != End::done || failed_) return transactions.abort();
  transactions.commit(socket_, *first_, caller_);
  if ((last_->header.nlmsg_flags & NLM_F_ACK) != 0) replies_.push_back({*last_, 0, {}});
}

}  // namespace cttimeout::fake
