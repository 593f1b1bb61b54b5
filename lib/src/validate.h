// The check before the wire: values that the kernel would cut, wrap or take as expired.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "cttimeout/client.h"
#include "cttimeout/policy.h"
#include "cttimeout/result.h"

namespace cttimeout {

/// The kernel holds timeouts in ticks, and takes those from 2^31 on as expired.
inline constexpr std::uint32_t largest_ticks = std::numeric_limits<std::int32_t>::max();

/// Whether the limits, and the ticks per second that a transport tells, are in the ranges that
/// limits.h and transport.h name. Inline: every request asks.
[[nodiscard]] inline bool is_usable(const Limits& limits, std::uint32_t hz) {
  return hz - 1 < largest_ticks && limits.max_datagrams > 0;
}

/// Names the one that is not.
[[nodiscard]] tl::unexpected<Error> refuse_limits(const Limits& limits, std::uint32_t hz);

/// 1 to 31 bytes, none of them NUL, a control character or DEL. The kernel would accept more,
/// but such names forge the output of tools, and longer ones it refuses or worse (an over-long
/// NAME turns a DELETE into a flush).
[[nodiscard]] Result<void> validate_name(const Name& name);

/// Every slot is one of the protocol's, and every timeout is one that the kernel gives back and
/// does not take as already expired: 1 to (2^31 - 1) / hz seconds. 0 is legal only where it is
/// the default (sctp's HEARTBEAT_ACKED, a state no flow enters). A protocol that the table does
/// not know is left to the kernel's judgement; its values are still bounded. `hz` is what the
/// transport tells, and refused if it is out of its range.
[[nodiscard]] Result<void> validate_timeouts(std::uint8_t protocol, const Timeouts& timeouts,
                                             std::uint32_t hz);

/// Both, for a policy.
[[nodiscard]] Result<void> validate_policy(const Policy& policy, std::uint32_t hz);

}  // namespace cttimeout
