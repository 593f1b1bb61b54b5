// Transport headers: what the tuple and the trackers need of them.
#pragma once

#include "conntrack/bytes.h"
#include "cttimeout/packet.h"

namespace cttimeout::fake {

/// Reads ports, keys, or icmp's id, type and code. False if the header is too short for them, or
/// has none that conntrack could use (K-FLOW-101, 104).
[[nodiscard]] bool parse_ports(Tuple& tuple, PacketBytes transport, KernelVersion version);

/// Reads and judges the rest of the header: `flaw` and `transport` of the packet. Not for icmp.
void parse_header(Packet& packet, PacketBytes transport, KernelVersion version);

}  // namespace cttimeout::fake
