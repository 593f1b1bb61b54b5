// Comparison: the same sequences on the fake and on another ground.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "stage.h"

namespace cttimeout::test {

/// A pause: longer than the time after which packets of udp make a stream.
inline constexpr std::chrono::milliseconds long_pause(2200);

/// Where two grounds did not agree.
struct Difference {
  std::size_t sequence;  ///< index among those played
  std::size_t act;       ///< index in it
  Outcome fake;
  Outcome other;
};

class Comparison {
 public:
  /// The profile is that of the fake. All outlive it.
  Comparison(const KernelProfile& profile, FlowGround& fake, FlowGround& other);

  /// Plays the sequences to both, all of them up to a pause before any goes on after it. What they
  /// have changed but for flows is as before. nullopt if the two agree.
  [[nodiscard]] std::optional<Difference> play(std::span<const Sequence> sequences);
  /// The shortest sequence found that still shows a difference, on a table without flows.
  [[nodiscard]] Sequence shrink(Sequence sequence);

  [[nodiscard]] std::uint64_t packets() const { return packets_; }
  void flush_flows();

 private:
  using Clock = std::chrono::steady_clock;

  struct Progress {
    std::size_t next = 0;
    std::optional<Tuple> key = {};
  };
  [[nodiscard]] std::optional<Difference> play_to_pause(const Sequence& sequence,
                                                        Progress& progress);
  /// The fake's time goes by as that of a real kernel, which a slow machine makes long.
  void follow_time();

  const KernelProfile& profile_;
  FlowGround& fake_ground_;
  FlowGround& other_ground_;
  Stage fake_;
  Stage other_;
  std::uint64_t packets_ = 0;
  Clock::time_point followed_ = {};  // until when the fake's time has gone by
};

}  // namespace cttimeout::test
