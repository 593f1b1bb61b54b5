// Big-endian numbers in the bytes of a packet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace cttimeout::fake {

using PacketBytes = std::span<const std::byte>;

/// The number at `at`, which `bytes` must have.
[[nodiscard]] inline std::uint8_t load8(PacketBytes bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}
[[nodiscard]] inline std::uint16_t load16(PacketBytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(load8(bytes, at) << 8U | load8(bytes, at + 1));
}
[[nodiscard]] inline std::uint32_t load32(PacketBytes bytes, std::size_t at) {
  return static_cast<std::uint32_t>(load16(bytes, at)) << 16U | load16(bytes, at + 2);
}

}  // namespace cttimeout::fake
