// Trackers without states of their own: udp, udplite, icmp, icmpv6, gre, and all other protocols.
#include <netinet/in.h>

#include <algorithm>

#include "conntrack/tracker.h"

namespace cttimeout::fake {
namespace {

enum PairSlot : std::uint8_t { unreplied, replied };

}  // namespace

// K-FLOW-200: what comes within two seconds of the first packet makes no stream.
TrackerResult track_udp(UdpFlow& flow, const TrackerInput& input) {
  constexpr std::uint32_t stream_after_s = 2;
  if (input.is_new) flow.stream = input.now + stream_after_s * input.settings.hz;
  const bool is_stream = flow.seen_reply && static_cast<std::int32_t>(input.now - flow.stream) > 0;
  return {.slot = is_stream ? replied : unreplied, .is_assured = is_stream};
}

// K-FLOW-201, 206
TrackerResult track_pair(const Flow& flow) {
  return {.slot = flow.seen_reply ? replied : unreplied, .is_assured = flow.seen_reply};
}

// K-FLOW-202, 203: only requests begin a flow.
TrackerResult track_icmp(const TrackerInput& input) {
  constexpr std::uint8_t icmp_requests[] = {8, 13, 15, 17};
  constexpr std::uint8_t icmpv6_requests[] = {128, 139};
  const auto is_request = [&](const auto& types) {
    return std::ranges::find(types, input.packet.tuple.icmp_type) != std::ranges::end(types);
  };
  const bool request = input.packet.tuple.protocol == IPPROTO_ICMP ? is_request(icmp_requests)
                                                                   : is_request(icmpv6_requests);
  if (input.is_new && !request) return {.outcome = Tracked::invalid};
  return {};
}

// K-FLOW-207
TrackerResult track_generic() {
  return {};
}

}  // namespace cttimeout::fake
