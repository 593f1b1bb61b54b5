// pcap files of netlink traffic, as nlmon and `fake-kernel` write them.
#include <linux/if_packet.h>
#include <linux/netlink.h>

#include <algorithm>
#include <array>

#include "check/bytes.h"
#include "check/message.h"
#include "check/readers/capture.h"

namespace cttimeout::check {
namespace {

constexpr std::uint32_t linktype_netlink = 253;
constexpr std::size_t file_header_size = 24;
constexpr std::size_t record_header_size = 16;
constexpr std::size_t cooked_size = 16;  // packet type, ARPHRD_NETLINK, 10 unused, family
constexpr std::size_t family_at = 14;
constexpr std::array<std::uint32_t, 2> magics{0xa1b2c3d4, 0xa1b23c4d};  // micro- and nanoseconds
constexpr std::uint32_t magic_pcapng = 0x0a0d0d0a;

tl::unexpected<ReadError> refuse(std::size_t offset, std::string text) {
  return tl::unexpected(ReadError{.text = std::move(text), .position = offset, .by_line = false});
}

tl::expected<void, ReadError> check_file_header(Bytes file) {
  const auto magic = load<std::uint32_t>(file, 0);
  if (magic == magic_pcapng) {
    return refuse(0, "this is pcapng; `editcap -F pcap` makes a pcap file of it");
  }
  if (std::ranges::find(magics, swapped(magic)) != magics.end()) {
    return refuse(0, "recorded on a machine of the other byte order");
  }
  if (file.size() < file_header_size) return refuse(0, "the file ends in its header");
  const std::uint32_t linktype = load<std::uint32_t>(file, 20) & 0xfffffffU;
  if (linktype != linktype_netlink) {
    return refuse(20, "link type " + std::to_string(linktype) + "; netlink is " +
                          std::to_string(linktype_netlink));
  }
  return {};
}

/// By the packet type where it tells: nlmon sees both directions as outgoing.
bool goes_to_kernel(Bytes record) {
  const auto packet_type = load_big<std::uint16_t>(record, 0);
  if (packet_type == PACKET_KERNEL) return true;
  if (packet_type == PACKET_USER) return false;
  const Bytes datagram = record.subspan(cooked_size);
  const auto type = load<std::uint16_t>(datagram, 4);
  const auto flags = load<std::uint16_t>(datagram, 6);
  return type >= NLMSG_MIN_TYPE && (flags & NLM_F_MULTI) == 0;
}

}  // namespace

ReadResult read_pcap(std::string_view content) {
  const Bytes file = std::as_bytes(std::span(content));
  if (const auto fine = check_file_header(file); !fine) return tl::unexpected(fine.error());
  Capture capture{.by_line = false,
                  .remarks = {"a pcap file does not tell sockets apart, nor how they were read: "
                              "only what was sent is checked"}};
  for (std::size_t at = file_header_size; at < file.size();) {
    const Bytes rest = file.subspan(at);
    const std::size_t held = load<std::uint32_t>(rest, 8);
    const std::size_t whole = load<std::uint32_t>(rest, 12);
    if (rest.size() < record_header_size || held > rest.size() - record_header_size) {
      return refuse(at, "the file ends inside a record");
    }
    if (held < whole) {
      return refuse(at, "only " + std::to_string(held) + " of " + std::to_string(whole) +
                            " bytes were recorded");
    }
    const Bytes record = rest.subspan(record_header_size, held);
    if (record.size() < cooked_size) return refuse(at, "the record has no netlink header");
    const auto family = load_big<std::uint16_t>(record, family_at);
    if (family == NETLINK_NETFILTER && goes_to_kernel(record)) {
      const Bytes datagram = record.subspan(cooked_size);
      capture.events.push_back({.kind = Event::Kind::sent,
                                .socket = 0,
                                .position = at,
                                .bytes = {datagram.begin(), datagram.end()}});
    }
    at += record_header_size + held;
  }
  return capture;
}

}  // namespace cttimeout::check
