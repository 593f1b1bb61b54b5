// Messages of ctnetlink: asking for one flow, changing it, and what the kernel tells of it.
#pragma once

#include <chrono>
#include <optional>
#include <span>

#include "cttimeout/flow.h"
#include "support/bytes.h"

namespace cttimeout::test {

/// GET of the flow with that tuple; answered by its entry or an error. Written into `room`.
[[nodiscard]] View get_flow(const Tuple& tuple, std::span<std::byte> room);
/// NEW: another timeout for the flow with that tuple; answered by an ack.
[[nodiscard]] View change_flow(const Tuple& tuple, std::chrono::seconds timeout,
                               std::span<std::byte> room);
/// DELETE of that flow; answered by an ack.
[[nodiscard]] View delete_flow(const Tuple& tuple, std::span<std::byte> room);
/// DELETE of all flows; answered by an ack.
[[nodiscard]] View delete_flows(std::span<std::byte> room);

/// The flow that a message tells of, as FlowGround::find_flow() gives it; nullopt if it is an
/// error.
[[nodiscard]] std::optional<Flow> read_flow(View message);

}  // namespace cttimeout::test
