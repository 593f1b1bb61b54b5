// Checksums that conntrack verifies before it believes a packet.
#include "support/checksum.h"

namespace cttimeout::test {

std::uint16_t internet_checksum(View bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto value = std::to_integer<std::uint32_t>(bytes[i]);
    sum += i % 2 == 0 ? value << 8 : value;
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

std::uint32_t crc32c(View bytes) {
  constexpr std::uint32_t polynomial = 0x82f63b78;  // Castagnoli's, bits reversed
  std::uint32_t remainder = ~0U;
  for (const std::byte byte : bytes) {
    remainder ^= std::to_integer<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      remainder = (remainder & 1U) != 0 ? remainder >> 1 ^ polynomial : remainder >> 1;
    }
  }
  return ~remainder;
}

}  // namespace cttimeout::test
