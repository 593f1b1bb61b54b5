// How long a call may wait, as its descriptor says.
#pragma once

#include <optional>

#include "events.h"

namespace cttimeout::tools::wrapper {

/// Whether the call must not wait at all: MSG_DONTWAIT among its flags, or O_NONBLOCK.
[[nodiscard]] bool never_waits(int descriptor, int message_flags);

/// When it gives up by `option`, SO_RCVTIMEO or SO_SNDTIMEO, if it begins now; nullopt for never.
[[nodiscard]] std::optional<Events::Clock::time_point> wait_limit(int descriptor, int option);

}  // namespace cttimeout::tools::wrapper
