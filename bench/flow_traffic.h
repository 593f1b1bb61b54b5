// Traffic of many TCP connections: their handshakes, and data in random order.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cttimeout/fake_kernel.h"

namespace cttimeout::bench {

/// A packet of one connection, from its client (side 0) or its server (side 1). Clients are in
/// 10.0.0.0/16, as the inside of test::Router.
[[nodiscard]] Packet segment(std::size_t flow, std::size_t side, const TcpHeader& header);

/// Calls `take(packet)` with the handshakes of that many connections.
template <class Take>
void shake_hands(std::size_t flows, Take&& take) {
  constexpr std::uint16_t window = 65535;
  constexpr std::uint8_t syn_ack = tcp_syn | tcp_ack;
  for (std::size_t flow = 0; flow < flows; ++flow) {
    take(segment(flow, 0, {.flags = tcp_syn, .sequence = 1000, .window = window}));
    take(segment(flow, 1,
                 {.flags = syn_ack, .sequence = 2000, .acknowledgement = 1001, .window = window}));
    take(segment(flow, 0,
                 {.flags = tcp_ack, .sequence = 1001, .acknowledgement = 2001, .window = window}));
  }
}

/// Packets of data, each next in its connection after the handshakes.
class Traffic {
 public:
  explicit Traffic(std::size_t flows);

  [[nodiscard]] std::span<const Packet> packets() const { return packets_; }

  /// The same packets once more, with the numbers that follow.
  void go_on();

 private:
  std::vector<std::uint32_t> sent_;  // bytes in all packets, by side of a flow
  std::vector<std::size_t> sides_;   // of each packet
  std::vector<Packet> packets_;
};

}  // namespace cttimeout::bench
