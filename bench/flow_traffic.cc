// Traffic of many TCP connections.
#include "flow_traffic.h"

#include <algorithm>

#include "cttimeout/build_packet.h"
#include "support/random.h"

namespace cttimeout::bench {
namespace {

constexpr std::uint16_t payload = 100;

Endpoint client(std::size_t flow) {
  Endpoint end("10.0.0.0");
  end.address.bytes[2] = static_cast<std::uint8_t>(flow >> 8U);
  end.address.bytes[3] = static_cast<std::uint8_t>(flow);
  end.port = static_cast<std::uint16_t>(1024 + (flow >> 16U));
  return end;
}

}  // namespace

Packet segment(std::size_t flow, std::size_t side, const TcpHeader& header) {
  static const Endpoint server("10.1.0.1:80");
  return side == 0 ? tcp(client(flow), server, header) : tcp(server, client(flow), header);
}

Traffic::Traffic(std::size_t flows) : sent_(2 * flows) {
  constexpr std::size_t least = 200'000;
  constexpr std::size_t most = 4'000'000;
  const std::size_t packets = std::clamp(2 * flows, least, most);
  std::vector<std::uint32_t> next(2 * flows, 1001);
  for (std::size_t flow = 0; flow < flows; ++flow) next[2 * flow + 1] = 2001;
  test::Random random(flows);
  packets_.reserve(packets);
  for (std::size_t i = 0; i < packets; ++i) {
    const std::size_t flow = random.below(flows);
    const std::size_t side = random.below(2);
    const std::size_t own = 2 * flow + side;
    packets_.push_back(segment(flow, side,
                               {.flags = tcp_psh | tcp_ack,
                                .sequence = next[own],
                                .acknowledgement = next[own ^ 1U],
                                .window = 65535,
                                .payload = payload}));
    sides_.push_back(own);
    next[own] += payload;
    sent_[own] += payload;
  }
}

void Traffic::go_on() {
  for (std::size_t i = 0; i < packets_.size(); ++i) {
    auto& header = std::get<TcpHeader>(packets_[i].transport);
    header.sequence += sent_[sides_[i]];
    header.acknowledgement += sent_[sides_[i] ^ 1U];
  }
}

}  // namespace cttimeout::bench
