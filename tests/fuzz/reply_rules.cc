// Which messages a kernel answers, and with what: the rules, for one datagram of requests.

#include "reply_rules.h"

#include <cerrno>

#include "cttimeout/codec.h"
#include "support/messages.h"
#include "support/wire.h"
#include "target.h"

namespace cttimeout::test {

namespace {

constexpr std::size_t copy_offset = payload_offset;  // of the request, in an ack
constexpr std::size_t largest_part = 32448;

bool executed(std::uint16_t type, std::uint16_t flags) {
  return (flags & flag_request) != 0 && type >= type_batch_begin;
}

}  // namespace

ReplyRules::ReplyRules(View requests, std::uint32_t port_id, bool capable)
    : rest_(requests), port_id_(port_id), capable_(capable) {
  batch_ = requests.size() >= header_size && read16(requests, 4) == type_batch_begin;
  if (!capable_ || batch_) return;
  Request request{};
  while (next_request(request)) count(request);
  rest_ = requests;
}

bool ReplyRules::next_request(Request& request) {
  const auto message = take_message(rest_);
  if (!message) return false;
  request = {.size = message->size(),
             .type = read16(*message, 4),
             .flags = read16(*message, 6),
             .sequence = read32(*message, 8)};
  return true;
}

void ReplyRules::count(const Request& request) {
  if (!executed(request.type, request.flags) || request.size < payload_offset) return;
  const bool dump = request.type == type_get && (request.flags & flag_dump) != 0;
  if (dump) ++dumps_;
  if (!dump && (request.type == type_get || request.type == type_default_get)) ++objects_;
}

// A dump is answered by policies and NLMSG_DONE, and only if it is refused by an ack.
bool ReplyRules::must_be_acked(const Request& request) const {
  const bool dump = executed(request.type, request.flags) && request.type == type_get &&
                    (request.flags & flag_dump) != 0 && request.size >= payload_offset;
  return (request.flags & flag_ack) != 0 && !dump;
}

void ReplyRules::answer(View datagram) {
  require(datagram.size() >= header_size + 4, "every reply has its headers");
  require(read32(datagram, 12) == port_id_, "every reply carries the port id of the asker");
  switch (read16(datagram, 4)) {
    case type_error:
      return ack(datagram);
    case type_done:
      require(datagram.size() == payload_offset && read32(datagram, header_size) == 0,
              "the end of a dump is a datagram of its own, with 0");
      require(dumps_-- > 0, "only dumps have an end");
      return;
    default:
      return data(datagram);
  }
}

// Acks come in the order of the requests: those passed over to find the one that is copied here
// did not want any.
void ReplyRules::ack(View message) {
  require(read32(message, 0) == message.size(), "an ack is a datagram of its own");
  const auto decoded = decode_ack(message);
  require(decoded.has_value(), "an ack can be read");
  ++acks_;
  Request request{};
  View copied;
  do {
    copied = rest_;
    require(next_request(request), "only requests are acknowledged, each once");
    const bool copy =
        std::ranges::equal(copied.first(header_size), message.subspan(copy_offset, header_size));
    if (copy) break;
    if (capable_ && !batch_ && must_be_acked(request)) ++unacked_;
  } while (true);
  require(decoded->error != 0 || must_be_acked(request),
          "a success is acked only if the request asks for it");
  require(capable_ || decoded->error == EPERM, "without permission there is only EPERM");
  require(decoded->error < 4095 && read32(message, 8) == request.sequence,
          "an ack has the sequence number of its request");
  const bool capped = (read16(message, 6) & flag_capped) != 0;
  require(capped || decoded->error != 0, "the ack of a success is capped");
  const std::size_t size = copy_offset + (capped ? header_size : aligned(request.size));
  const bool extended = (read16(message, 6) & flag_ack_tlvs) != 0;
  require(extended ? message.size() > size : message.size() == size,
          "an ack is as large as its copy and its extended ack");
  require(!decoded->offset || *decoded->offset < request.size,
          "an extended ack points into the request");
}

void ReplyRules::data(View datagram) {
  require(datagram.size() <= largest_part, "no datagram exceeds the largest part of a dump");
  require(dumps_ > 0 || objects_ > 0, "data comes only if the request asks for it");
  if (dumps_ == 0) --objects_;
  while (!datagram.empty()) {
    const std::size_t size = read32(datagram, 0);
    require(size >= payload_offset && size <= datagram.size() && size % 4 == 0,
            "messages lie one behind the other");
    const View message = datagram.first(size);
    require(decode_policy(message) || decode_default(message), "data can be read");
    require(read16(message, 6) == flag_multi, "data has the flag MULTI and no other");
    datagram = datagram.subspan(size);
  }
}

void ReplyRules::end(bool lost) {
  Request request{};
  while (capable_ && !batch_ && next_request(request)) {
    if (must_be_acked(request)) ++unacked_;
  }
  require(lost || unacked_ == 0, "a request that asks for an ack gets one");
  require(capable_ && !batch_ ? true : acks_ <= 1, "a datagram is refused with one reply");
}

}  // namespace cttimeout::test
