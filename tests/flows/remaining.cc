// What remains of a timeout, as a kernel tells it a while later.
#include "flows/remaining.h"

namespace cttimeout::packets {

testing::AssertionResult is_rest_of(std::chrono::seconds timeout,
                                    std::chrono::steady_clock::time_point set,
                                    std::chrono::seconds remaining) {
  // The kernel counts in ticks, and the slowest has 100 a second.
  constexpr std::chrono::milliseconds tick(10);
  // What remains is rounded down, so that even at once it can be one second less.
  const auto elapsed =
      std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - set + tick);
  if (timeout - elapsed <= remaining && remaining <= timeout) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "it has " << remaining.count() << " s left of what"
                                     << " should have been " << timeout.count() << " s";
}

}  // namespace cttimeout::packets
