// FaultInjection: which calls of the process tree get a fault, and how many calls there were.
#include "faults/fault_injection.h"

namespace cttimeout::tools::wrapper {

using Kind = FaultSpec::Kind;

FaultInjection::FaultInjection(FaultSpecs specs, Kernels& kernels, const Taps& taps)
    : specs_(std::move(specs)),
      kernels_(kernels),
      taps_(taps),
      allocations_before_(kernels.first().allocations()) {
  for (const FaultSpec& spec : specs_) {
    if (spec.kind == Kind::allocation) kernels_.first().fail_allocation(spec.planned.nth);
  }
}

FaultPlan FaultInjection::next_call(Direction direction, const SocketId& socket,
                                    std::uint64_t number) {
  const std::uint64_t nth = direction == Direction::send ? ++targets_.sends : ++targets_.receives;
  FaultPlan plan;
  for (const FaultSpec& spec : specs_) {
    if (spec.kind == Kind::allocation || spec.planned.nth != nth) continue;
    if (spec.planned.direction != direction) continue;
    note_injected(spec, socket);
    if (spec.kind == Kind::capability) {
      kernels_.lose_capability();
    } else {
      plan.push_back(spec.planned);
      plan.back().nth = number;
    }
  }
  return plan;
}

void FaultInjection::look_at_allocations(const SocketId& socket) {
  const std::uint64_t before = targets_.allocations;
  targets_.allocations = kernels_.first().allocations() - allocations_before_;
  for (const FaultSpec& spec : specs_) {
    const std::uint64_t nth = spec.planned.nth;
    const bool now = nth > before && nth <= targets_.allocations;
    if (spec.kind == Kind::allocation && now) note_injected(spec, socket);
  }
}

void FaultInjection::note_injected(const FaultSpec& spec, const SocketId& socket) {
  injected_ = true;
  for (const auto& tap : taps_) tap->injected(socket, to_text(spec));
}

}  // namespace cttimeout::tools::wrapper
