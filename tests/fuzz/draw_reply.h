// Replies drawn by asking a fake kernel: byte for byte what a real one would answer.
#pragma once

#include "support/bytes.h"
#include "support/random.h"

namespace cttimeout::test {

/// Any datagram that a kernel sends: an ack, policies, default timeouts, the end of a dump.
[[nodiscard]] Bytes draw_reply(Random& random);

/// A message with a policy or with default timeouts.
[[nodiscard]] Bytes draw_data(Random& random);

/// An NLMSG_ERROR, of success or refusal, with or without extended ack.
[[nodiscard]] Bytes draw_ack(Random& random);

/// A datagram of requests, for the kernel.
[[nodiscard]] Bytes draw_request(Random& random);

}  // namespace cttimeout::test
