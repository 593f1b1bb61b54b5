// Copies of few bytes, where a call of memcpy would cost more than they do.
#pragma once

#include <cstddef>
#include <cstring>
#include <type_traits>

namespace cttimeout::wire {

/// Copies up to 32 bytes: two copies of fixed size that overlap, without a loop or a call.
inline void copy_short(char* to, const char* from, std::size_t size) {
  const auto both_ends = [&](auto width) {
    std::memcpy(to, from, width);
    std::memcpy(to + size - width, from + size - width, width);
  };
  if (size >= 16) return both_ends(std::integral_constant<std::size_t, 16>{});
  if (size >= 8) return both_ends(std::integral_constant<std::size_t, 8>{});
  if (size >= 4) return both_ends(std::integral_constant<std::size_t, 4>{});
  for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
}

}  // namespace cttimeout::wire
