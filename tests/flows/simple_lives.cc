// The lives of flows whose tracker knows no more than whether there was a reply.
#include "flows/life.h"

namespace cttimeout::packets {
namespace {

using enum Direction;
using std::chrono_literals::operator""ms;

// The first reply still counts as unreplied.
std::vector<Step> replied_from_the_second_reply(Packet (*packet)(Direction), std::size_t unreplied,
                                                std::size_t replied) {
  return {
      {.packet = packet(out), .slot = unreplied}, {.packet = packet(out), .slot = unreplied},
      {.packet = packet(in), .slot = unreplied},  {.packet = packet(in), .slot = replied},
      {.packet = packet(out), .slot = replied},
  };
}

// For two seconds, an exchange may be a single question and answer.
std::vector<Step> replied_after_two_seconds() {
  constexpr std::size_t unreplied = CTA_TIMEOUT_UDP_UNREPLIED;
  constexpr std::size_t replied = CTA_TIMEOUT_UDP_REPLIED;
  return {
      {.packet = udp(out), .slot = unreplied},
      {.packet = udp(in), .slot = unreplied},
      {.packet = udp(out), .slot = unreplied},
      {.packet = udp(out), .slot = replied, .pause = 2100ms},
      {.packet = udp(in), .slot = replied},
  };
}

std::vector<Step> always(Packet (*packet)(Direction), std::size_t slot) {
  return {
      {.packet = packet(out), .slot = slot},
      {.packet = packet(in), .slot = slot},
      {.packet = packet(out), .slot = slot},
  };
}

}  // namespace

std::vector<Life> simple_lives() {
  const auto row = [](std::uint8_t protocol) { return *find_protocol(protocol); };
  return {
      {.name = "IsReplied",  // K-FLOW-20
       .protocol = row(IPPROTO_UDP),
       .steps = replied_after_two_seconds()},
      {.name = "IsReplied",  // K-FLOW-24
       .protocol = row(IPPROTO_UDPLITE),
       .steps = replied_from_the_second_reply(udplite, CTA_TIMEOUT_UDPLITE_UNREPLIED,
                                              CTA_TIMEOUT_UDPLITE_REPLIED)},
      {.name = "IsReplied",  // K-FLOW-25
       .protocol = row(IPPROTO_GRE),
       .steps =
           replied_from_the_second_reply(gre, CTA_TIMEOUT_GRE_UNREPLIED, CTA_TIMEOUT_GRE_REPLIED)},
      {.name = "IsReplied",  // K-FLOW-21
       .protocol = row(IPPROTO_ICMP),
       .steps = always(icmp, CTA_TIMEOUT_ICMP_TIMEOUT),
       .families = {Family::ipv4}},
      {.name = "IsReplied",  // K-FLOW-22
       .protocol = row(IPPROTO_ICMPV6),
       .steps = always(icmpv6, CTA_TIMEOUT_ICMPV6_TIMEOUT),
       .families = {Family::ipv6}},
      {.name = "IsReplied",  // K-FLOW-23
       .protocol = row(generic_protocol),
       .steps = always(untracked, CTA_TIMEOUT_GENERIC_TIMEOUT)},
  };
}

}  // namespace cttimeout::packets
