// The datagrams of a text, as its readers find them one after the other.
#include "check/readers/datagrams.h"

#include <linux/if_packet.h>
#include <linux/netlink.h>

#include <algorithm>
#include <utility>

#include "check/readers/link_header.h"
#include "check/readers/plausible.h"
#include "netlink/message.h"

namespace cttimeout::tools::check {
namespace {

std::optional<Packet> packet_in(Bytes bytes) {
  if (makes_sense_somehow(bytes)) return std::nullopt;
  for (const LinkHeader& link : {cooked, cooked_2}) {
    const auto packet = netlink_packet(bytes, link);
    if (packet && packet->packet_type <= PACKET_KERNEL && packet->family < MAX_LINKS) return packet;
  }
  return std::nullopt;
}

/// In the byte order in which it makes sense.
Bytes understood(Bytes datagram) {
  for (const std::endian order : {std::endian::little, std::endian::big}) {
    if (makes_sense(datagram.in(order))) return datagram.in(order);
  }
  return datagram;
}

/// Without a link header: what looks like a request, and has a message of nfnetlink.
bool is_request(Bytes datagram) {
  const MessageArea area = split_messages(datagram, 1);
  const auto is_subsystem = [](const Message& message) { return message.subsystem() != 0; };
  return std::ranges::any_of(area.messages, is_subsystem) &&
         goes_to_kernel(
             {.packet_type = PACKET_OUTGOING, .family = NETLINK_NETFILTER, .datagram = datagram});
}

}  // namespace

Bytes without_link_header(Bytes bytes) {
  const auto packet = packet_in(bytes);
  return packet ? packet->datagram : bytes;
}

void Datagrams::add(std::vector<std::byte> bytes, std::size_t line) {
  if (const auto packet = packet_in(bytes)) {
    has_packets_ = true;
    const bool is_for_us = packet->family == NETLINK_NETFILTER &&
                           goes_to_kernel({.packet_type = packet->packet_type,
                                           .family = packet->family,
                                           .datagram = understood(packet->datagram)});
    if (!is_for_us) return;
    bytes.erase(bytes.begin(), bytes.end() - static_cast<std::ptrdiff_t>(packet->datagram.size()));
  }
  capture_.events.push_back(
      {.kind = Event::Kind::sent, .socket = socket_, .position = line, .bytes = std::move(bytes)});
}

void Datagrams::add_packet(std::vector<std::byte> bytes, std::size_t line) {
  has_packets_ = true;
  if (packet_in(bytes) || is_request(understood(bytes))) add(std::move(bytes), line);
}

void Datagrams::received(Event event) {
  event.socket = socket_;
  capture_.knows_reads = true;
  capture_.events.push_back(std::move(event));
}

void Datagrams::close(std::size_t line) {
  received({.kind = Event::Kind::closed, .socket = socket_, .position = line});
  ++socket_;
}

Capture Datagrams::take() {
  if (has_packets_) {
    capture_.remarks.emplace_back(
        "a capture does not tell sockets apart, nor how they were read: only what was sent is "
        "checked");
  }
  return std::move(capture_);
}

}  // namespace cttimeout::tools::check
