// Skipping: a test may leave out what the kernel has been seen to lack, never what it runs on.
#pragma once

#include <gtest/gtest.h>

#include <string_view>

namespace cttimeout::test {

/// Marks the test as skipped if the feature was not seen:
/// `if (lacks(tracks(dccp), "dccp")) return;` This is the only way to skip.
[[nodiscard]] inline bool lacks(bool feature_seen, std::string_view feature) {
  if (feature_seen) return false;
  [&] { GTEST_SKIP() << "this kernel lacks " << feature; }();
  return true;
}

}  // namespace cttimeout::test
