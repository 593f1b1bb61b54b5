// Flows: data of established TCP connections through the fake's conntrack, beside a bare lookup.
#include <tsl/robin_map.h>

#include <array>
#include <cstring>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "cttimeout/build_packet.h"
#include "cttimeout/fake_kernel.h"
#include "registry.h"
#include "scenarios.h"
#include "support/random.h"

namespace cttimeout::bench {
namespace {

constexpr std::array<std::size_t, 3> sizes{1'000, 100'000, 1'000'000};
constexpr std::size_t span_size = 256;
constexpr std::uint16_t payload = 100;
constexpr int passes = 3;

Endpoint endpoint(std::uint8_t network, std::size_t host, std::uint16_t port) {
  Endpoint end("10.0.0.0");
  end.address.bytes = {network, static_cast<std::uint8_t>(host >> 16U),
                       static_cast<std::uint8_t>(host >> 8U), static_cast<std::uint8_t>(host)};
  end.port = port;
  return end;
}

/// A packet of one connection, from its client (side 0) or its server (side 1).
Packet segment(std::size_t flow, std::size_t side, const TcpHeader& header) {
  const Endpoint client = endpoint(10, flow, 40000);
  const Endpoint server = endpoint(20, flow, 80);
  return side == 0 ? tcp(client, server, header) : tcp(server, client, header);
}

/// Connections, and packets of data in random order, each next in its connection.
class Traffic {
 public:
  explicit Traffic(std::size_t flows) : next_(2 * flows), sent_(2 * flows) {
    constexpr std::size_t least = 200'000;
    test::Random random(flows);
    for (std::size_t flow = 0; flow < flows; ++flow) {
      next_[2 * flow] = 1001;
      next_[2 * flow + 1] = 2001;
    }
    for (std::size_t i = 0; i < std::max(2 * flows, least); ++i) {
      const std::size_t flow = random.below(flows);
      const std::size_t side = random.below(2);
      const std::size_t own = 2 * flow + side;
      packets_.push_back(segment(flow, side,
                                 {.flags = tcp_psh | tcp_ack,
                                  .sequence = next_[own],
                                  .acknowledgement = next_[own ^ 1U],
                                  .window = 65535,
                                  .payload = payload}));
      sides_.push_back(own);
      next_[own] += payload;
      sent_[own] += payload;
    }
  }

  [[nodiscard]] std::span<const Packet> packets() const { return packets_; }

  /// The same packets once more, with the numbers that follow.
  void go_on() {
    for (std::size_t i = 0; i < packets_.size(); ++i) {
      auto& header = std::get<TcpHeader>(packets_[i].transport);
      header.sequence += sent_[sides_[i]];
      header.acknowledgement += sent_[sides_[i] ^ 1U];
    }
  }

 private:
  std::vector<std::uint32_t> next_;  // sequence number, by side of a flow
  std::vector<std::uint32_t> sent_;  // bytes in all packets, by side
  std::vector<std::size_t> sides_;   // of each packet
  std::vector<Packet> packets_;
};

void open(FakeKernel& kernel, std::size_t flows) {
  constexpr std::uint16_t window = 65535;
  for (std::size_t flow = 0; flow < flows; ++flow) {
    kernel.packet(segment(flow, 0, {.flags = tcp_syn, .sequence = 1000, .window = window}));
    kernel.packet(segment(
        flow, 1,
        {.flags = tcp_syn | tcp_ack, .sequence = 2000, .acknowledgement = 1001, .window = window}));
    kernel.packet(segment(
        flow, 0, {.flags = tcp_ack, .sequence = 1001, .acknowledgement = 2001, .window = window}));
  }
}

/// What a table of flows has at least: both tuples as keys, and something to be found.
class BareTable {
 public:
  explicit BareTable(std::size_t flows) {
    table_.reserve(2 * flows);
    for (std::size_t flow = 0; flow < flows; ++flow) {
      for (const std::size_t side : {0U, 1U}) {
        table_.emplace(key(segment(flow, side, {})), static_cast<std::uint32_t>(flow));
      }
    }
  }

  [[nodiscard]] std::uint64_t look_up(std::span<const Packet> packets) const {
    std::uint64_t found = 0;
    for (const Packet& packet : packets) found += table_.find(key(packet))->second;
    return found;
  }

 private:
  struct Key {
    std::uint64_t source;
    std::uint64_t destination;
    friend bool operator==(const Key&, const Key&) = default;
  };
  __extension__ using Wide = unsigned __int128;
  struct Hash {
    std::size_t operator()(const Key& key) const {
      const auto product =
          Wide{key.source ^ 0x9e3779b97f4a7c15} * (key.destination ^ 0xbf58476d1ce4e5b9);
      return static_cast<std::size_t>(product >> 64U) ^ static_cast<std::size_t>(product);
    }
  };

  static Key key(const Packet& packet) {
    std::uint32_t source = 0;
    std::uint32_t destination = 0;
    std::memcpy(&source, packet.tuple.source.bytes.data(), sizeof source);
    std::memcpy(&destination, packet.tuple.destination.bytes.data(), sizeof destination);
    return {std::uint64_t{source} << 32U | packet.tuple.source_port,
            std::uint64_t{destination} << 32U | packet.tuple.destination_port};
  }

  tsl::robin_map<Key, std::uint32_t, Hash> table_;
};

/// Made once for each number of flows, and kept: making it takes longer than timing it.
template <class Thing>
Thing& kept(std::size_t flows) {
  static std::map<std::size_t, std::unique_ptr<Thing>> things;
  auto& thing = things[flows];
  if (thing == nullptr) thing = std::make_unique<Thing>(flows);
  return *thing;
}

struct Kernel {
  explicit Kernel(std::size_t flows) : traffic(flows), states(traffic.packets().size()) {
    open(kernel, flows);
  }

  FakeKernel kernel;
  Traffic traffic;
  std::vector<PacketState> states;
};

/// Times passes over all packets, for one packet of them. A pass returns nanoseconds; nullopt if
/// the kernel has not taken every packet for what it is.
template <class Pass>
void time_passes(benchmark::State& state, std::size_t packets, Pass&& pass) {
  for (auto round : state) {
    static_cast<void>(round);
    const auto time = pass();
    if (!time) return refuse(state, "a packet of data is not of an established connection");
    state.SetIterationTime(*time * 1e-9 / static_cast<double>(packets));
  }
}

template <class Play>
std::optional<double> play(Kernel& kernel, Play&& play_packets) {
  const double begin = thread_time();
  play_packets(kernel);
  const double time = thread_time() - begin;
  kernel.traffic.go_on();
  for (const PacketState state : kernel.states) {
    if (state != PacketState::established && state != PacketState::established_reply) {
      return std::nullopt;
    }
  }
  return time;
}

void one_by_one(Kernel& kernel) {
  std::size_t i = 0;
  for (const Packet& packet : kernel.traffic.packets()) {
    kernel.states[i++] = kernel.kernel.packet(packet);
  }
}

void in_spans(Kernel& kernel) {
  const std::span<const Packet> packets = kernel.traffic.packets();
  for (std::size_t at = 0; at < packets.size(); at += span_size) {
    const std::size_t size = std::min(span_size, packets.size() - at);
    kernel.kernel.packets(packets.subspan(at, size), std::span(kernel.states).subspan(at, size));
  }
}

void enter_kernel(std::string_view contestant, void (*play_packets)(Kernel&)) {
  auto* entry = enter("flow", "fake", contestant, [play_packets](benchmark::State& state) {
    auto& kernel = kept<Kernel>(static_cast<std::size_t>(state.range(0)));
    time_passes(state, kernel.states.size(), [&] { return play(kernel, play_packets); });
  });
  for (const std::size_t size : sizes) entry->Arg(static_cast<std::int64_t>(size));
  entry->UseManualTime()->Iterations(passes);
}

}  // namespace

void enter_flow_scenarios() {
  auto* bare = enter("flow", "fake", "bare", [](benchmark::State& state) {
    const auto flows = static_cast<std::size_t>(state.range(0));
    const auto& table = kept<BareTable>(flows);
    const auto packets = kept<Kernel>(flows).traffic.packets();
    time_passes(state, packets.size(), [&]() -> std::optional<double> {
      const double begin = thread_time();
      benchmark::DoNotOptimize(table.look_up(packets));
      return thread_time() - begin;
    });
  });
  for (const std::size_t size : sizes) bare->Arg(static_cast<std::int64_t>(size));
  bare->UseManualTime()->Iterations(passes);
  enter_kernel("packet", one_by_one);
  enter_kernel("packets", in_spans);
}

}  // namespace cttimeout::bench
