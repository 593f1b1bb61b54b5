// Bytes as the checker reads them: bounds-checked loads in either byte order.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace cttimeout::check {

using Bytes = std::span<const std::byte>;

/// The number at `offset` in host order; 0 if `bytes` ends before it does.
template <class Number>
[[nodiscard]] Number load(Bytes bytes, std::size_t offset) {
  Number value = 0;
  if (offset <= bytes.size() && bytes.size() - offset >= sizeof value) {
    std::memcpy(&value, bytes.data() + offset, sizeof value);
  }
  return value;
}

[[nodiscard]] constexpr std::uint16_t swapped(std::uint16_t value) {
  return static_cast<std::uint16_t>(value << 8U | value >> 8U);
}

[[nodiscard]] constexpr std::uint32_t swapped(std::uint32_t value) {
  return value << 24U | (value & 0xff00U) << 8U | (value >> 8U & 0xff00U) | value >> 24U;
}

/// As load(), of a number in network order.
template <class Number>
[[nodiscard]] Number load_big(Bytes bytes, std::size_t offset) {
  const auto value = load<Number>(bytes, offset);
  return std::endian::native == std::endian::big ? value : swapped(value);
}

[[nodiscard]] constexpr std::size_t align4(std::size_t size) {
  return (size + 3) & ~std::size_t{3};
}

[[nodiscard]] inline bool all_zero(Bytes bytes) {
  for (const std::byte byte : bytes) {
    if (byte != std::byte{0}) return false;
  }
  return true;
}

}  // namespace cttimeout::check
