// Bringing memory near before it is needed.
#pragma once

namespace cttimeout::fake {

/// The cache line that has this byte.
inline void prefetch(const void* place) {
  __builtin_prefetch(place);
  asm volatile("");  // g++ 12 drops calls of functions that do nothing but prefetch
}

}  // namespace cttimeout::fake
