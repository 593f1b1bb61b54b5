// Draws calls as programs make them, and now and then as they better did not.
#pragma once

#include "call.h"
#include "support/random.h"

namespace cttimeout::test {

/// A call for any object. `built` is a message that was built before, or empty.
[[nodiscard]] Call draw_call(Random& random, const Bytes& built);

}  // namespace cttimeout::test
