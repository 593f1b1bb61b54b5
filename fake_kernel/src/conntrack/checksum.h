// Checksums of packets: that of the internet protocols, and CRC32c.
#pragma once

#include <cstdint>

#include "conntrack/bytes.h"
#include "cttimeout/tuple.h"

namespace cttimeout::fake {

/// The sum of `bytes` in ones' complement, 0 if a checksum that is among them is right. `initial`
/// is the sum of what is not among them.
[[nodiscard]] std::uint16_t internet_checksum(PacketBytes bytes, std::uint32_t initial = 0);

/// The sum of the pseudo header of RFC 768 or RFC 8200, to begin internet_checksum() with.
[[nodiscard]] std::uint32_t pseudo_header(const Tuple& tuple, std::uint8_t protocol,
                                          std::size_t length);

/// CRC32c of an SCTP packet, with its own field taken for zero, in the order of the header.
[[nodiscard]] std::uint32_t sctp_checksum(PacketBytes bytes);

}  // namespace cttimeout::fake
