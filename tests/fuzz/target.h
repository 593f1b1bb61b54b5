// What fuzz targets share: the entry points that an engine calls, and how a target objects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "support/bytes.h"

/// Runs one input. Every target defines it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// Changes an input in place and returns its new size, at most `max_size`; the same seed, the same
/// change. Defined by targets whose inputs have a structure (mutate.h).
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed);

namespace cttimeout::test {

inline View view_of(const std::uint8_t* data, std::size_t size) {
  return std::as_bytes(std::span(data, size));
}

/// A rule of the code under test. Where it does not hold the process ends, which is how an engine
/// learns of a finding.
inline void require(bool holds, std::string_view rule) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(rule.size()), rule.data());
  std::abort();
}

}  // namespace cttimeout::test
