// The header that captures put before each netlink datagram: who receives it, and which family.
#include "check/readers/link_header.h"

#include <linux/if_arp.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>

namespace cttimeout::tools::check {

std::optional<Packet> netlink_packet(Bytes record, const LinkHeader& link) {
  if (record.size() < link.size) return std::nullopt;
  if (load_big<std::uint16_t>(record, link.device_at) != ARPHRD_NETLINK) return std::nullopt;
  return Packet{.packet_type = load<std::uint8_t>(record, link.packet_type_at),
                .family = load_big<std::uint16_t>(record, link.family_at),
                .datagram = record.subspan(link.size)};
}

bool goes_to_kernel(const Packet& packet) {
  if (packet.packet_type == PACKET_KERNEL) return true;
  if (packet.packet_type == PACKET_USER) return false;
  const auto type = load<std::uint16_t>(packet.datagram, 4);
  const auto flags = load<std::uint16_t>(packet.datagram, 6);
  return type >= NLMSG_MIN_TYPE && (flags & NLM_F_MULTI) == 0;
}

}  // namespace cttimeout::tools::check
