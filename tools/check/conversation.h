// The requests of one socket that wait for a reply, and what is wrong with how they are read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "check/finding.h"
#include "check/traffic.h"
#include "netlink/message.h"

namespace cttimeout::tools::check {

class Conversation {
 public:
  explicit Conversation(Findings& findings) : findings_(findings) {}

  /// A message of any subsystem was sent.
  void sent(std::uint32_t sequence) { sequences_.insert(sequence); }
  /// It is a request that the kernel executes, in the datagram of that number.
  void asked(const Message& message, std::size_t datagram);
  void received(const Received& received);
  /// The program waits in a receive that never returned; or, with `polled`, it found nothing in its
  /// last receive and did nothing else with the socket until its end.
  void waits(bool polled);
  void closed();
  /// What was read before is not known from here on.
  void lose_track();

  /// Replies of this endpoint to sequence numbers that were never sent.
  [[nodiscard]] std::size_t stray_replies() const { return stray_replies_; }

 private:
  /// What ends the reply to a request.
  enum class End : std::uint8_t { ack, object, done };
  struct Exchange {
    std::uint32_t sequence;
    std::uint16_t type;
    End end;
    std::size_t datagram;
    std::size_t message;
    std::size_t offset;
    bool lost = false;   ///< an ENOBUFS came while it waited
    bool multi = false;  ///< its reply is one object with NLM_F_MULTI, which no DONE follows
  };
  /// Requests by sequence number, which is the order in which they were sent.
  using Exchanges = std::map<std::size_t, Exchange>;

  [[nodiscard]] static bool is_cut(const Received& received);
  void lose_all();
  void ask_again(const Message& message);
  void check_buffer(const Received& received);
  void replied(const Message& reply);
  void end(Exchanges::iterator exchange);
  /// The oldest with that sequence number.
  [[nodiscard]] Exchanges::iterator find(std::uint32_t sequence);
  /// The oldest dump; nullptr if none is read.
  [[nodiscard]] const Exchange* dump() const;
  void report(const Rule& broken, const Exchange& exchange, std::string text);

  Findings& findings_;
  Exchanges open_;
  std::unordered_map<std::uint32_t, std::deque<std::size_t>> numbers_;  ///< of open_, by sequence
  std::set<std::size_t> dumps_;                                         ///< of open_
  /// Requests by type, replied to or not: it is not known what came before the ENOBUFS.
  std::map<std::uint16_t, Exchanges> lost_;
  std::size_t next_ = 0;                 ///< number of the next exchange
  std::size_t first_kept_ = 0;           ///< those before this were open at the last ENOBUFS
  std::optional<Exchange> last_object_;  ///< just ended, with `multi`
  std::unordered_set<std::uint32_t> sequences_;
  std::size_t stray_replies_ = 0;
  std::size_t largest_buffer_ = 0;
  bool small_reported_ = false;
};

}  // namespace cttimeout::tools::check
