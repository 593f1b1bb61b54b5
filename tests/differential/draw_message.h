// Requests drawn from the protocol table, some of them damaged on purpose.
#pragma once

#include "support/bytes.h"
#include "support/random.h"

namespace cttimeout::test {

/// The name of the one policy that operations hold and release.
inline constexpr const char* held_name = "held";

/// One datagram of one or more messages; sequence numbers count up from `sequence`.
[[nodiscard]] Bytes draw_datagram(Random& random, std::uint32_t& sequence);

/// One attribute of a request; a damaged one now and then.
[[nodiscard]] Bytes draw_attribute(Random& random);

/// A datagram that creates many policies at once, so that dumps have several parts.
[[nodiscard]] Bytes draw_many_policies(Random& random, std::uint32_t& sequence);

/// A request to list them.
[[nodiscard]] Bytes draw_dump(Random& random, std::uint32_t& sequence);

/// One request, undamaged, about the held policy.
[[nodiscard]] Bytes draw_request_for_held(Random& random, std::uint32_t& sequence);

/// Makes sure that the held policy is one that a rule can use: deletes it, which fails if a rule
/// already does, and creates it.
[[nodiscard]] Bytes new_held_policy(std::uint32_t& sequence);

}  // namespace cttimeout::test
