// Life: the packets of one flow, and the slot whose timeout the flow has after each.
#include "flows/life.h"

namespace cttimeout::packets {

std::vector<Life> lives() {
  std::vector<Life> all;
  for (const auto& some : {tcp_lives(), sctp_lives(), simple_lives()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

Policy telling_policy(const Protocol& protocol, Family family, bool falling) {
  constexpr std::chrono::seconds distance{100};
  Policy policy{.name = "telling", .family = family, .protocol = protocol.number};
  const std::size_t count = protocol.slots.size();
  for (std::size_t slot = 1; slot <= count; ++slot) {
    policy.timeouts.set(slot, distance * (falling ? count + 1 - slot : slot));
  }
  return policy;
}

}  // namespace cttimeout::packets
