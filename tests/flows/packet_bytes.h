// Bytes of whole IP packets, with the checksums that conntrack verifies.
#pragma once

#include <cstdint>

#include "cttimeout/tuple.h"
#include "support/bytes.h"

namespace cttimeout::test {

/// An IP packet of the tuple's family, protocol and addresses around `payload`, the bytes of that
/// protocol, whose checksum is filled in where it has room for one. `extension` stands between:
/// IPv4 options (a multiple of 4 bytes), or a chain of IPv6 extension headers that begins with a
/// header of the number `first_extension` and ends in one that names the protocol.
[[nodiscard]] Bytes packet_bytes(const Tuple& tuple, Bytes payload, const Bytes& extension = {},
                                 std::uint8_t first_extension = 0);

}  // namespace cttimeout::test
