// What a program is shown of conntrack: the public forms of flows and events.
#pragma once

#include <optional>

#include "cttimeout/flow.h"
#include "host.h"

namespace cttimeout::fake {

/// A flow of that host as it is now.
[[nodiscard]] cttimeout::Flow show(FlowId id, const Host& host);
/// The flow as it was at the event.
[[nodiscard]] cttimeout::FlowEvent show(const FlowEvent& event, const Host& host);
/// The flow with that tuple, in either direction, as it is now; nullopt if there is none.
[[nodiscard]] std::optional<cttimeout::Flow> show_flow(Host& host, const Tuple& tuple);

}  // namespace cttimeout::fake
