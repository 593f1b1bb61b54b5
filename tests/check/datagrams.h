// What a reader takes from a text, datagram by datagram.
#pragma once

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "check/readers/capture.h"
#include "support/bytes.h"

namespace cttimeout::tools::check {

/// The bytes of each datagram that was read from `text`. If it was refused, the test fails.
[[nodiscard]] inline std::vector<test::Bytes> datagrams_of(const ReadResult& capture,
                                                           std::string_view text) {
  if (!capture) {
    ADD_FAILURE() << capture.error().position << ": " << capture.error().text << "\n" << text;
    return {};
  }
  std::vector<test::Bytes> datagrams;
  for (const Event& event : capture->events) datagrams.push_back(event.bytes);
  return datagrams;
}

}  // namespace cttimeout::tools::check
