// One window of apply(): a run of changes in one datagram, and what becomes of each.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>

#include "exchange.h"

namespace cttimeout {

/// Changes [begin, end) of a list, sent together. Tells the visitor of each once, in order: while
/// replies come in, as far as they decide; the rest at the end.
class ChangeWindow final : public WindowHandler {
 public:
  /// More than surely fit into the default receive buffer.
  static constexpr std::size_t largest = 256;

  ChangeWindow(std::span<const Change> changes, std::size_t begin,
               const Client::ChangeVisitor& visit)
      : changes_(changes), begin_(begin), end_(begin), next_(begin), visit_(visit) {}

  /// Writes as many requests as fit into `out`, at most `most`. Changes that our own checks refuse
  /// are left out; they count in the window, and in the sequence numbers.
  std::span<const std::byte> encode(std::span<std::byte> out, std::size_t most, std::uint32_t first,
                                    std::uint32_t hz);

  [[nodiscard]] Window window() const {
    return {.first = first_, .count = static_cast<std::uint32_t>(last_sent_ + 1)};
  }
  /// Requests that encode() wrote.
  [[nodiscard]] std::size_t sent() const { return size() - left_out_.count(); }
  [[nodiscard]] std::size_t end() const { return end_; }
  [[nodiscard]] std::size_t succeeded() const { return succeeded_; }
  /// Refusals that the kernel reported.
  [[nodiscard]] std::size_t replies() const { return replies_; }

  bool refused(std::size_t place, const Error& error) override;
  void overrun() override { overrun_ = true; }

  // After an overrun: which changes have no reply, and what was found of their policies.

  [[nodiscard]] std::size_t size() const { return end_ - begin_; }
  [[nodiscard]] const Change& change(std::size_t place) const { return changes_[begin_ + place]; }
  [[nodiscard]] bool unanswered(std::size_t place) const {
    return begin_ + place >= next_ && !left_out_[place] && codes_[place] == 0;
  }
  [[nodiscard]] std::size_t unanswered_count() const;
  /// This policy is there now; what is not found is not there.
  void found(const InstalledPolicy& policy);
  /// It could not be told whether the policies of the changes from `place` on are there.
  void hide_from(std::size_t place) { visible_ = place; }

  /// Tells of all that are left, as the replies and what was found decide.
  void conclude();
  /// Tells of all that are left that this error came in place of their replies.
  void abandon(const Error& error);

 private:
  void tell(const Result<void>& result);
  void tell_successes_before(std::size_t place);
  [[nodiscard]] Result<void> outcome(std::size_t place) const;
  [[nodiscard]] bool superseded(std::size_t place) const;

  std::span<const Change> changes_;
  std::size_t begin_;
  std::size_t end_;
  std::size_t next_;  // the first that the visitor has not been told of
  const Client::ChangeVisitor& visit_;
  std::uint32_t first_ = 0;
  std::uint32_t hz_ = 0;
  std::size_t first_sent_ = 0;  // place of the first request
  std::size_t last_sent_ = 0;   // and of the last
  std::size_t succeeded_ = 0;
  std::size_t replies_ = 0;
  std::size_t visible_ = largest;  // from here on, nothing is known of the policies
  bool overrun_ = false;
  std::bitset<largest> left_out_;
  std::bitset<largest> found_;        // after an overrun: the policy is there
  std::bitset<largest> matches_;      // and is as the change asks for
  std::array<int, largest> codes_{};  // errno of refusals of which the visitor is told later
};

}  // namespace cttimeout
