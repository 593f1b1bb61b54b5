// Observes one netlink socket and says what is wrong or fragile in how it is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>

#include "check/conversation.h"
#include "check/finding.h"
#include "check/traffic.h"
#include "netlink/message.h"

namespace cttimeout::tools::check {

struct Options {
  std::uint32_t hz = 250;   ///< ticks per second of the kernel; it decides which timeouts wrap
  bool knows_reads = true;  ///< received() and closed() tell all; else only what is sent is judged
};

/// Tell it everything in order; it never fails, whatever the bytes.
class Observer {
 public:
  explicit Observer(Options options = {}) : options_(options), conversation_(findings_) {}
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  void sent(const Sent& sent);
  void received(const Received& received);
  /// The program waits for something to receive, as Conversation::waits() says.
  void waits(bool polled);
  void closed();
  /// What was received before is not known from here on.
  void lose_track() { conversation_.lose_track(); }

  /// Findings by kind, in the order in which each kind was found first.
  [[nodiscard]] std::span<const Finding> findings() const { return findings_.all(); }
  /// How many replies were received to requests that sent() was not told of.
  [[nodiscard]] std::size_t stray_replies() const { return conversation_.stray_replies(); }

 private:
  void check_messages(const MessageArea& area, bool cut);
  void check_padding(const Message& message, const MessageArea& area);
  void check_message(const Message& message, bool acked_later, bool executed);
  void check_rest(const MessageArea& area);
  /// The known part of a datagram ends in this message: at most its header is known.
  void note_cut(const MessageArea& area);
  /// True if the datagram is a batch, which the kernel does not take apart into messages.
  bool check_batch(const MessageArea& area);
  void pass_over(const Message& message);
  void report(const Rule& broken, const Message& message, std::size_t offset, std::string text);
  /// About a datagram of which no message is known.
  void report(const Rule& broken, std::string text);

  Options options_;
  Findings findings_;
  Conversation conversation_;
  std::set<unsigned> passed_over_;  ///< subsystems that have their note
  bool stranger_noted_ = false;
  std::size_t datagrams_ = 0;
  std::size_t messages_ = 0;
};

}  // namespace cttimeout::tools::check
