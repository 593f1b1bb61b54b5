// Whether bytes look like a netlink message, for readers that must choose between two readings.
#include "check/readers/plausible.h"

#include <linux/netfilter/nfnetlink.h>

#include <algorithm>
#include <array>

#include "netlink/message.h"

namespace cttimeout::tools::check {
namespace {

constexpr std::array orders{std::endian::little, std::endian::big};
constexpr std::uint16_t last_subsystem = 12;  // NFNL_SUBSYS_HOOK
constexpr std::uint16_t last_number = 63;     // no subsystem has more commands or attributes

bool is_type(std::uint16_t type) {
  const unsigned subsystem = type >> 8U;
  if (subsystem == 0) {
    return (type >= NLMSG_NOOP && type <= NLMSG_DONE) || type == NFNL_MSG_BATCH_BEGIN ||
           type == NFNL_MSG_BATCH_END;
  }
  return subsystem <= last_subsystem && (type & 0xffU) <= last_number;
}

/// Where a message of nfnetlink goes on behind its nfgenmsg.
bool is_attribute(Bytes rest) {
  if (rest.size() < NLA_HDRLEN) return true;
  const auto length = load<std::uint16_t>(rest, 0);
  const auto type = static_cast<std::uint16_t>(load<std::uint16_t>(rest, 2) & NLA_TYPE_MASK);
  return length >= NLA_HDRLEN && length <= rest.size() && type <= last_number;
}

}  // namespace

bool makes_sense(Bytes datagram) {
  if (datagram.size() < header_size) return false;
  const auto length = load<std::uint32_t>(datagram, 0);
  const auto type = load<std::uint16_t>(datagram, 4);
  if (length < header_size || length > datagram.size() || !is_type(type)) return false;
  const bool has_attributes = type > 0xff && length > header_size + nfgen_size;
  return !has_attributes || is_attribute(datagram.subspan(header_size + nfgen_size,
                                                          length - header_size - nfgen_size));
}

bool makes_sense_somehow(std::span<const std::byte> datagram) {
  return std::ranges::any_of(
      orders, [&](std::endian order) { return makes_sense(Bytes(datagram, order)); });
}

bool begins_with_ours(std::span<const std::byte> datagram) {
  return std::ranges::any_of(orders, [&](std::endian order) {
    const MessageArea area = split_messages(Bytes(datagram, order), 1);
    return !area.messages.empty() && area.messages.front().is_ours();
  });
}

bool is_whole(std::span<const std::byte> datagram) {
  return std::ranges::any_of(orders, [&](std::endian order) {
    const MessageArea area = split_messages(Bytes(datagram, order), 1);
    return !area.messages.empty() && area.rest.empty();
  });
}

std::optional<std::endian> recognised_order(std::span<const Event> events) {
  std::optional<std::endian> found;
  for (const Event& event : events) {
    const bool little = makes_sense(Bytes(event.bytes, std::endian::little));
    const bool big = makes_sense(Bytes(event.bytes, std::endian::big));
    if (little == big) continue;
    const std::endian order = little ? std::endian::little : std::endian::big;
    if (found && *found != order) return std::nullopt;
    found = order;
  }
  return found;
}

}  // namespace cttimeout::tools::check
