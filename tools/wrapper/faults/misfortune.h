// Misfortune: which calls of the tree go wrong, and what it counted of them.
#pragma once

#include <cstdint>

#include "faults/fault_spec.h"
#include "instruments/tap.h"
#include "kernels.h"

namespace cttimeout::wrapper {

/// How often something happened that a fault can befall.
struct Chances {
  std::uint64_t sends = 0;
  std::uint64_t receives = 0;  ///< that did not find the queue empty; a peek is none
  std::uint64_t allocations = 0;
};

class Misfortune {
 public:
  /// Allocations count from now on, of the first kernel. Kernels and taps outlive it.
  Misfortune(FaultSpecs specs, Kernels& kernels, const Taps& taps);

  /// What befalls the next call of that kind, which is this one; numbered for the transport.
  [[nodiscard]] FaultPlan befalling(cttimeout::Call call, const SocketId& socket,
                                    std::uint64_t number);
  /// Tells the taps if memory was refused since it was last asked.
  void look_at_allocations(const SocketId& socket);

  [[nodiscard]] const Chances& chances() const { return chances_; }
  [[nodiscard]] bool struck() const { return struck_; }

 private:
  void strike(const FaultSpec& spec, const SocketId& socket);

  const FaultSpecs specs_;
  Kernels& kernels_;
  const Taps& taps_;
  const std::uint64_t allocations_before_;
  Chances chances_;
  bool struck_ = false;
};

/// `inner`, with what the misfortune has for it. Misfortune outlives it.
[[nodiscard]] std::unique_ptr<NetlinkSocket> unfortunate(std::unique_ptr<NetlinkSocket> inner,
                                                         SocketId id, Misfortune& misfortune);

}  // namespace cttimeout::wrapper
