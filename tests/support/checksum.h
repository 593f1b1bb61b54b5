// Checksums that conntrack verifies before it believes a packet.
#pragma once

#include <cstdint>

#include "support/bytes.h"

namespace cttimeout::test {

/// The checksum of IP, TCP, UDP and ICMP (RFC 1071) of bytes whose own checksum field is zero.
[[nodiscard]] std::uint16_t internet_checksum(View bytes);

/// The checksum of SCTP (RFC 9260, CRC-32C), as the number whose lowest byte goes first.
[[nodiscard]] std::uint32_t crc32c(View bytes);

}  // namespace cttimeout::test
