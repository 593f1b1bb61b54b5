// Player: does operations to one namespace and says what came of each, in terms that compare.
#pragma once

#include <array>
#include <memory>

#include "cells.h"
#include "operation.h"
#include "support/ground.h"
#include "support/views.h"

namespace cttimeout::test {

class Player {
 public:
  static constexpr std::size_t max_sockets = 4;

  /// What is not in `views` is neither touched nor looked at.
  Player(std::unique_ptr<Ground> ground, const Views& views)
      : ground_(std::move(ground)), views_(views) {}

  /// Operations on a socket that is not open do nothing, so that any subset of a sequence is one.
  Outcome play(const Operation& operation);

  /// What the first request of an operation is about, found out through a socket of its own.
  [[nodiscard]] Subject subject_of(const Operation& operation);

 private:
  /// A socket to ask questions that are not part of the sequence.
  [[nodiscard]] NetlinkSocket& asking();
  [[nodiscard]] bool tracks(std::uint8_t protocol);
  /// The reply to `question`, also while the ground may not ask.
  template <class Question>
  auto with_capability(Question&& question) {
    ground_->set_capable(true);
    auto answer = question();
    ground_->set_capable(capable_);
    return answer;
  }
  Outcome on_socket(NetlinkSocket& socket, const Operation& operation);
  /// Whether a rule of the kind that holds policies could refer to that one (K-USE-2).
  [[nodiscard]] bool fits_a_rule(const std::string& policy);
  Outcome on_sysctl(const Operation& operation);
  Outcome on_rule(const Operation& operation);
  [[nodiscard]] Outcome poll(const NetlinkSocket& socket) const;
  [[nodiscard]] Outcome memory(const NetlinkSocket& socket) const;
  Outcome receive(NetlinkSocket& socket, const Operation& operation);
  /// Port ids that the kernel chose compare by their kind only.
  [[nodiscard]] NetlinkAddress comparable(NetlinkAddress address) const;

  std::unique_ptr<Ground> ground_;
  const Views views_;
  std::array<std::unique_ptr<NetlinkSocket>, max_sockets> sockets_;
  std::unique_ptr<NetlinkSocket> asking_;
  bool capable_ = true;
};

}  // namespace cttimeout::test
