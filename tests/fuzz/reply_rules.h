// Which messages a kernel answers, and with what: the rules, for one datagram of requests.
#pragma once

#include <cstdint>

#include "support/bytes.h"

namespace cttimeout::test {

/// Holds every reply to the rules; breaks off at the first that does not keep them (target.h).
///
/// The socket's queue is empty before the datagram is sent; afterwards each datagram that can be
/// received goes to answer(), in order, then end() is called.
class ReplyRules {
 public:
  ReplyRules(View requests, std::uint32_t port_id, bool capable);

  void answer(View datagram);
  /// `lost`: the queue had no room for all replies, so that some may be missing.
  void end(bool lost);

 private:
  struct Request {
    std::size_t size;
    std::uint16_t type;
    std::uint16_t flags;
    std::uint32_t sequence;
  };
  /// What follows in the datagram, as far as messages are well formed.
  [[nodiscard]] bool next_request(Request& request);
  [[nodiscard]] bool must_be_acked(const Request& request) const;
  void count(const Request& request);
  void ack(View message);
  void data(View datagram);

  View rest_;  ///< requests that no ack has been seen for
  std::uint32_t port_id_;
  bool capable_;
  bool batch_ = false;
  std::size_t objects_ = 0;  ///< data messages that may come
  std::size_t dumps_ = 0;    ///< ends of dumps that may come
  std::size_t acks_ = 0;     ///< acks that have come
  std::size_t unacked_ = 0;  ///< acks that had to come but did not
};

}  // namespace cttimeout::test
