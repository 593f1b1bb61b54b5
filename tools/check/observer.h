// Observes one netlink socket and says what is wrong or fragile in how it is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <vector>

#include "check/conversation.h"
#include "check/finding.h"
#include "check/message.h"
#include "check/traffic.h"

namespace cttimeout::check {

struct Options {
  std::uint32_t hz = 250;   ///< ticks per second of the kernel; it decides which timeouts wrap
  bool knows_reads = true;  ///< received() and closed() tell all; else only what is sent is judged
};

/// Tell it everything in order; it never fails, whatever the bytes. Findings are kept in the order
/// in which they were made.
class Observer {
 public:
  explicit Observer(Options options = {}) : options_(options), conversation_(findings_) {}
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  void sent(const Sent& sent);
  void received(const Received& received);
  void closed();

  [[nodiscard]] std::span<const Finding> findings() const { return findings_; }

 private:
  void check_messages(const MessageArea& area);
  void check_message(const Message& message, bool acked_later, bool executed);
  void check_rest(const MessageArea& area);
  /// True if the datagram is a batch, which the kernel does not take apart into messages.
  bool check_batch(const MessageArea& area);
  void check_sequences(const MessageArea& area);
  void pass_over(const Message& message);
  void report(const Rule& broken, const Message& message, std::size_t offset, std::string text);
  /// About a datagram of which no message is known.
  void report(const Rule& broken, std::string text);

  Options options_;
  std::vector<Finding> findings_;
  Conversation conversation_;
  std::set<unsigned> passed_over_;  ///< subsystems that have their note
  bool stranger_noted_ = false;
  std::size_t datagrams_ = 0;
  std::size_t messages_ = 0;
};

}  // namespace cttimeout::check
