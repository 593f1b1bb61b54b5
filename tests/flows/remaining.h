// What remains of a timeout, as a kernel tells it a while later.
#pragma once

#include <gtest/gtest.h>

#include <chrono>

namespace cttimeout::packets {

/// Whether `remaining` is what is left of a timeout that was set at that time.
[[nodiscard]] testing::AssertionResult is_rest_of(std::chrono::seconds timeout,
                                                  std::chrono::steady_clock::time_point set,
                                                  std::chrono::seconds remaining);

}  // namespace cttimeout::packets
