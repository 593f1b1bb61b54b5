// Flows: data of established TCP connections through the fake's conntrack, beside a bare lookup.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <tsl/robin_map.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "flow_traffic.h"
#include "flows/iptables.h"
#include "flows/packet_bytes.h"
#include "flows/router.h"
#include "registry.h"
#include "scenarios.h"
#include "support/sysctl_file.h"

namespace cttimeout::bench {
namespace {

constexpr std::array<std::size_t, 4> sizes{1'000, 100'000, 1'000'000, 10'000'000};
constexpr std::array<std::size_t, 2> real_sizes{1'000, 100'000};  // nf_conntrack_max is 262144
constexpr std::size_t span_size = 256;
constexpr int passes = 3;

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
    shake_hands(flows, [&](const Packet& packet) { kernel.packet(packet); });
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

/// The bytes of a packet of data.
test::Bytes bytes_of(const Packet& packet) {
  const auto& tcp = std::get<TcpHeader>(packet.transport);
  tcphdr header{};
  header.source = htons(packet.tuple.source_port);
  header.dest = htons(packet.tuple.destination_port);
  header.seq = htonl(tcp.sequence);
  header.ack_seq = htonl(tcp.acknowledgement);
  header.doff = sizeof header / 4;
  header.th_flags = tcp.flags;
  header.window = htons(tcp.window);
  test::Bytes bytes(sizeof header + tcp.payload);
  std::memcpy(bytes.data(), &header, sizeof header);
  return test::packet_bytes(packet.tuple, std::move(bytes));
}

/// The real kernel between two tun devices, with connections that it tracks.
class RealKernel {
 public:
  explicit RealKernel(std::size_t flows)
      : router_(test::Router::create().value()), traffic_(flows) {
    // The rule concerns none of the packets: that it is there makes the kernel track them.
    tracks_ = packets::iptables(packets::usual_way, "-A PREROUTING -p 254 -j CT").success;
    shake_hands(flows, [&](const Packet& packet) { tracks_ = tracks_ && pass(bytes_of(packet)); });
    std::size_t tracked = 0;
    std::ifstream(test::sysctl_path("nf_conntrack_count")) >> tracked;
    tracks_ = tracks_ && tracked == flows;
  }

  /// Each packet in at one side, and out at the other.
  std::optional<double> play() {
    std::vector<test::Bytes> packets;
    for (const Packet& packet : traffic_.packets()) packets.push_back(bytes_of(packet));
    const double begin = thread_time();
    for (const test::Bytes& packet : packets) tracks_ = tracks_ && pass(packet);
    const double time = thread_time() - begin;
    traffic_.go_on();
    return tracks_ ? std::optional(time) : std::nullopt;
  }
  [[nodiscard]] std::size_t packets() const { return traffic_.packets().size(); }

 private:
  [[nodiscard]] bool pass(test::View packet) const {
    const test::Side from = test::side_of(packet);
    return router_->send(from, packet) &&
           !router_->receive(opposite(from), test::addresses_of(packet)).empty();
  }

  std::unique_ptr<test::Router> router_;
  Traffic traffic_;
  bool tracks_ = false;
};

void enter_real_kernel() {
  auto* entry = enter("flow", "real", "kernel", [](benchmark::State& state) {
    auto& kernel = kept<RealKernel>(static_cast<std::size_t>(state.range(0)));
    time_passes(state, kernel.packets(), [&] { return kernel.play(); });
  });
  for (const std::size_t size : real_sizes) entry->Arg(static_cast<std::int64_t>(size));
  entry->UseManualTime()->Iterations(1);
}

}  // namespace

void enter_flow_scenarios(bool real) {
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
  if (real) enter_real_kernel();
}

}  // namespace cttimeout::bench
