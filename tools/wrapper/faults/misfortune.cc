// Misfortune: which calls of the tree go wrong, and what it counted of them.
#include "faults/misfortune.h"

namespace cttimeout::wrapper {

using Kind = FaultSpec::Kind;

Misfortune::Misfortune(FaultSpecs specs, Kernels& kernels, const Taps& taps)
    : specs_(std::move(specs)),
      kernels_(kernels),
      taps_(taps),
      allocations_before_(kernels.first().allocations()) {
  for (const FaultSpec& spec : specs_) {
    if (spec.kind == Kind::allocation) kernels_.first().fail_allocation(spec.planned.nth);
  }
}

FaultPlan Misfortune::befalling(cttimeout::Call call, const SocketId& socket,
                                std::uint64_t number) {
  const std::uint64_t nth = call == cttimeout::Call::send ? ++chances_.sends : ++chances_.receives;
  FaultPlan plan;
  for (const FaultSpec& spec : specs_) {
    if (spec.kind == Kind::allocation || spec.planned.nth != nth) continue;
    if (spec.planned.call != call) continue;
    strike(spec, socket);
    if (spec.kind == Kind::capability) {
      kernels_.lose_capability();
    } else {
      plan.push_back(spec.planned);
      plan.back().nth = number;
    }
  }
  return plan;
}

void Misfortune::look_at_allocations(const SocketId& socket) {
  const std::uint64_t before = chances_.allocations;
  chances_.allocations = kernels_.first().allocations() - allocations_before_;
  for (const FaultSpec& spec : specs_) {
    const std::uint64_t nth = spec.planned.nth;
    const bool now = nth > before && nth <= chances_.allocations;
    if (spec.kind == Kind::allocation && now) strike(spec, socket);
  }
}

void Misfortune::strike(const FaultSpec& spec, const SocketId& socket) {
  struck_ = true;
  for (const auto& tap : taps_) tap->struck(socket, to_text(spec));
}

}  // namespace cttimeout::wrapper
