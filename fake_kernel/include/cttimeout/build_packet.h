// Packets of the common kinds, for tests: correct, and as short to write as they are to say.
//
// Endpoints may be written as text (address.h). Both of a packet are of one family: with two
// families these functions throw std::invalid_argument.
#pragma once

#include <cstdint>

#include "cttimeout/address.h"
#include "cttimeout/packet.h"

namespace cttimeout {

/// A TCP segment; options that are given make its header longer. Such as `tcp("10.0.0.1:40000",
/// "10.0.0.2:22", {.flags = tcp_syn})`.
[[nodiscard]] Packet tcp(const Endpoint& source, const Endpoint& destination,
                         const TcpHeader& header);

/// A UDP datagram.
[[nodiscard]] Packet udp(const Endpoint& source, const Endpoint& destination);
/// A UDP-Lite datagram. Linux from 7.1 on does not track it by ports.
[[nodiscard]] Packet udplite(const Endpoint& source, const Endpoint& destination);

/// An SCTP packet.
[[nodiscard]] Packet sctp(const Endpoint& source, const Endpoint& destination, SctpHeader header);
/// A DCCP packet. Linux from 6.17 on does not track it by ports.
[[nodiscard]] Packet dccp(const Endpoint& source, const Endpoint& destination,
                          const DccpHeader& header);

/// An echo request of icmp or icmpv6, by the family of the endpoints; ports do not count.
[[nodiscard]] Packet echo_request(const Endpoint& source, const Endpoint& destination,
                                  std::uint16_t id = 1);
/// The answer to the request with that id, from its destination to its source.
[[nodiscard]] Packet echo_reply(const Endpoint& source, const Endpoint& destination,
                                std::uint16_t id = 1);

/// A destination-unreachable message of icmp or icmpv6 about `about`, to the sender of that.
[[nodiscard]] Packet unreachable(const Endpoint& router, const Packet& about);

/// A packet of plain GRE, or of a protocol without a tracker; ports do not count.
[[nodiscard]] Packet ip(std::uint8_t protocol, const Endpoint& source, const Endpoint& destination);

}  // namespace cttimeout
