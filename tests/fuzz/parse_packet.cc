// Fuzz target: packets from bytes. Input: a profile, then a packet that begins with an IP header.
#include "cttimeout/packet.h"

#include "cttimeout/fake_kernel.h"
#include "target.h"

namespace cttimeout::test {
namespace {

bool is_of_ip(const Tuple& tuple) {
  return tuple.family == AF_INET || tuple.family == AF_INET6;
}

void require_bounds(const Packet& packet) {
  if (const auto* tcp = std::get_if<TcpHeader>(&packet.transport)) {
    require(packet.tuple.protocol == IPPROTO_TCP, "only tcp has a header of tcp");
    require(tcp->sack_blocks <= tcp->sack_edges.size(), "there is room for every block of SACK");
    require(tcp->window_scale.value_or(0) <= 14, "a window is scaled by 14 bits at most");
    require(tcp->has_options || (!tcp->window_scale && tcp->sack_blocks == 0),
            "options take room in the header");
  }
  if (const auto* sctp = std::get_if<SctpHeader>(&packet.transport)) {
    require(packet.tuple.protocol == IPPROTO_SCTP, "only sctp has a header of sctp");
    require(packet.flaw == Flaw::malformed || !sctp->chunks.empty(), "sctp has a chunk");
  }
  if (const auto* error = std::get_if<IcmpError>(&packet.transport)) {
    require(!error->quoted || is_of_ip(*error->quoted), "what is quoted is a packet of IP");
  }
}

void parse(const KernelProfile& profile, View bytes) {
  const Packet packet = parse_packet(bytes, profile);
  require(packet.flaw == Flaw::malformed || is_of_ip(packet.tuple), "a packet is of IPv4 or IPv6");
  require_bounds(packet);
  require(parse_packet(bytes, profile).tuple == packet.tuple, "the same bytes are the same packet");
  FakeKernel kernel(profile);
  const PacketState state = kernel.packet(packet);
  const bool begins = state == PacketState::new_flow;
  require(begins || (state != PacketState::established && state != PacketState::established_reply),
          "the first packet is not of an established flow");
  require(kernel.flow_count() == (begins ? 1U : 0U), "a new packet begins a flow, no other does");
}

}  // namespace
}  // namespace cttimeout::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cttimeout;
  if (size == 0) return 0;
  test::parse(kernel_profiles[data[0] % kernel_profiles.size()], test::view_of(data + 1, size - 1));
  return 0;
}
