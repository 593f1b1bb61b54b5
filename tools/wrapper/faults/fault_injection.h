// FaultInjection: which calls of the process tree get a fault, and how many calls there were.
#pragma once

#include <cstdint>

#include "faults/fault_spec.h"
#include "instruments/tap.h"
#include "kernels.h"

namespace cttimeout::tools::wrapper {

/// How often something happened into which a fault can be injected.
struct FaultTargets {
  std::uint64_t sends = 0;
  std::uint64_t receives = 0;  ///< that did not find the queue empty; a peek is none
  std::uint64_t allocations = 0;
};

class FaultInjection {
 public:
  /// Allocations count from now on, of the first kernel. Kernels and taps outlive it.
  FaultInjection(FaultSpecs specs, Kernels& kernels, const Taps& taps);

  /// Counts a call that begins on `socket`, and returns its faults, which are planned for the
  /// socket's call of that number.
  [[nodiscard]] FaultPlan next_call(Direction direction, const SocketId& socket,
                                    std::uint64_t number);
  /// Tells the taps if memory was refused since it was last asked.
  void look_at_allocations(const SocketId& socket);

  [[nodiscard]] const FaultTargets& targets() const { return targets_; }
  [[nodiscard]] bool injected() const { return injected_; }

 private:
  void note_injected(const FaultSpec& spec, const SocketId& socket);

  const FaultSpecs specs_;
  Kernels& kernels_;
  const Taps& taps_;
  const std::uint64_t allocations_before_;
  FaultTargets targets_;
  bool injected_ = false;
};

/// `inner`, with the faults that are injected into its calls. `injection` outlives it.
[[nodiscard]] std::unique_ptr<NetlinkSocket> with_faults(std::unique_ptr<NetlinkSocket> inner,
                                                         SocketId id, FaultInjection& injection);

}  // namespace cttimeout::tools::wrapper
