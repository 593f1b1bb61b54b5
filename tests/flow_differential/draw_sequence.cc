// Drawn sequences of packets, and of what else happens between them.
#include "draw_sequence.h"

#include <netinet/in.h>

#include <array>
#include <utility>

#include "flows/packet_bytes.h"
#include "traffic.h"

namespace cttimeout::test {
namespace {

using Kind = Act::Kind;

Address address(std::uint8_t family, std::uint8_t network, std::uint16_t host) {
  Address address;
  const auto high = static_cast<std::uint8_t>(host >> 8U);
  const auto low = static_cast<std::uint8_t>(host);
  if (family == AF_INET) {
    address.bytes = {10, network, high, low};
  } else {
    address.bytes[0] = 0xfd;
    address.bytes[3] = network;
    address.bytes[14] = high;
    address.bytes[15] = low;
  }
  return address;
}

std::uint8_t draw_protocol(Random& random, std::uint8_t family) {
  if (random.chance(1, 2)) return IPPROTO_TCP;
  if (random.chance(1, 3)) return IPPROTO_SCTP;
  const auto icmp =
      static_cast<std::uint8_t>(family == AF_INET ? int{IPPROTO_ICMP} : int{IPPROTO_ICMPV6});
  return random.of<std::uint8_t>(
      {IPPROTO_UDP, IPPROTO_UDP, IPPROTO_UDPLITE, icmp, icmp, IPPROTO_GRE, 253, IPPROTO_DCCP, 50});
}

/// The original direction of a flow from inside to that network, of the sequence's own addresses.
Tuple draw_tuple(Random& random, std::uint64_t number, std::uint8_t family, std::uint8_t network) {
  const auto host = static_cast<std::uint16_t>(number);
  Tuple tuple{.source = address(family, 0, host),
              .destination = address(family, network, host),
              .source_port = random.of<std::uint16_t>({40000, 40001}),
              .destination_port = random.of<std::uint16_t>({80, 81}),
              .family = family};
  tuple.protocol = draw_protocol(random, family);
  return tuple;
}

std::unique_ptr<Traffic> traffic_of(const Tuple& tuple) {
  if (tuple.protocol == IPPROTO_TCP) return tcp_traffic(tuple);
  if (tuple.protocol == IPPROTO_SCTP) return sctp_traffic(tuple);
  return simple_traffic(tuple);
}

Tuple turned(Tuple tuple) {
  std::swap(tuple.source, tuple.destination);
  std::swap(tuple.source_port, tuple.destination_port);
  return tuple;
}

/// A packet with options or extension headers now and then.
Bytes around(Random& random, const Tuple& tuple, Bytes payload) {
  if (!random.chance(1, 50)) return packet_bytes(tuple, std::move(payload));
  if (tuple.family == AF_INET) return packet_bytes(tuple, std::move(payload), hex("01010100"));
  const Bytes padding = hex("010400000000");
  const Bytes header = join({byte(tuple.protocol), byte(0), padding});
  return packet_bytes(tuple, std::move(payload), header, IPPROTO_DSTOPTS);
}

/// An error about `quoted`, to its sender or, now and then, to somebody else.
Bytes draw_error(Random& random, const Tuple& tuple, bool about_reply, const Bytes& quoted) {
  const Tuple about = about_reply ? turned(tuple) : tuple;
  const bool is_v4 = tuple.family == AF_INET;
  // It comes from the side that the packet went to.
  Tuple error{.source = about.destination,
              .destination = about.source,
              .family = tuple.family,
              .protocol = is_v4 ? std::uint8_t{IPPROTO_ICMP} : std::uint8_t{IPPROTO_ICMPV6}};
  if (random.chance(1, 3)) error.source.bytes[is_v4 ? 3 : 15] ^= 1;
  if (random.chance(1, 8)) error.destination.bytes[is_v4 ? 3 : 15] ^= 1;
  const auto type = is_v4 ? random.of<std::uint8_t>({3, 4, 5, 11, 12})
                          : random.of<std::uint8_t>({1, 2, 3, 4, 100, 127});
  constexpr std::size_t ip_and_ports = 28;
  std::size_t size = is_v4 ? ip_and_ports : ip_and_ports + 20;
  if (random.chance(1, 10)) size = random.below(size + 1);
  Bytes part = quoted;
  part.resize(std::min(part.size(), size));
  return packet_bytes(error, join({byte(type), zeros(7), part}));
}

/// One flow of a sequence.
struct Talk {
  Tuple tuple;
  std::unique_ptr<Traffic> traffic;
  Bytes last = {};  ///< its last packet
  bool last_was_reply = false;
};

class Drawer {
 public:
  Drawer(std::uint64_t number, std::size_t length, bool with_pause)
      : random_(number), number_(number), length_(length), with_pause_(with_pause) {}

  Sequence draw() {
    const auto family = static_cast<std::uint8_t>(random_.chance(3, 4) ? AF_INET : AF_INET6);
    makes_rules_ = !with_pause_ && random_.chance(1, 400);
    auto network = static_cast<std::uint8_t>(random_.between(network_without_rules, last_network));
    if (makes_rules_) network = own_network;
    const std::size_t flows = random_.of<std::size_t>({1, 1, 1, 2});
    for (std::size_t i = 0; i < flows; ++i) {
      const Tuple tuple = draw_tuple(random_, number_, family, network);
      talks_.push_back({.tuple = tuple, .traffic = traffic_of(tuple)});
    }
    if (random_.chance(1, 8) && !with_pause_) write_sysctl();
    if (makes_rules_) add_rule();
    while (sequence_.size() < length_) {
      if (with_pause_ && sequence_.size() == length_ / 2) {
        sequence_.push_back({.kind = Kind::pause});
      }
      step();
    }
    return std::move(sequence_);
  }

 private:
  void step() {
    Talk& talk = talks_.at(random_.below(talks_.size()));
    if (random_.chance(1, 40) && !talk.last.empty()) return change_flow(talk);
    if (random_.chance(1, 60) && !with_pause_) return change_kernel(talk);
    if (random_.chance(1, 25) && !talk.last.empty()) {
      sequence_.push_back(
          {.bytes = draw_error(random_, talk.tuple, talk.last_was_reply, talk.last)});
      return;
    }
    Sent sent = talk.traffic->next(random_);
    const Tuple way = sent.is_reply ? turned(talk.tuple) : talk.tuple;
    Bytes bytes = around(random_, way, std::move(sent.payload));
    constexpr std::size_t least_header = 20;
    if (random_.chance(1, 100) && bytes.size() > 2 * least_header) {
      // A wrong checksum, or another field with a wrong one.
      bytes[bytes.size() - 1 - random_.below(bytes.size() - 2 * least_header)] ^= std::byte{1};
    }
    talk.last = bytes;
    talk.last_was_reply = sent.is_reply;
    sequence_.push_back({.bytes = std::move(bytes)});
  }

  void change_flow(const Talk& talk) {
    if (random_.chance(1, 4)) {
      sequence_.push_back({.kind = Kind::remove_flow, .tuple = key(talk)});
      return;
    }
    sequence_.push_back({.kind = Kind::set_timeout,
                         .tuple = key(talk),
                         .number = random_.of<std::uint32_t>(
                             {0, 1, 77, 119, 121, 100'000, 8'589'934, 8'589'935, 0xffffffff})});
  }

  /// What the kernel knows its flow by.
  static Tuple key(const Talk& talk) {
    Tuple tuple = talk.tuple;
    if (tuple.protocol == IPPROTO_ICMP) tuple.icmp_type = 8;
    if (tuple.protocol == IPPROTO_ICMPV6) tuple.icmp_type = 128;
    const bool has_none = tuple.protocol != IPPROTO_TCP && tuple.protocol != IPPROTO_UDP &&
                          tuple.protocol != IPPROTO_SCTP && tuple.protocol != IPPROTO_UDPLITE;
    if (has_none) tuple.destination_port = 0;
    if (has_none && tuple.icmp_type == 0) tuple.source_port = 0;
    return tuple;
  }

  void change_kernel(const Talk& talk) {
    if (makes_rules_) return change_rules();
    switch (random_.below(3)) {
      case 0:
        return write_sysctl();
      case 1:
        sequence_.push_back({.kind = Kind::set_default,
                             .number = static_cast<std::uint32_t>(random_.between(3, 9) * 1000),
                             .protocol = talk.tuple.protocol});
        return;
      default:
        sequence_.push_back({.kind = Kind::set_policy,
                             .number = static_cast<std::uint32_t>(random_.between(3, 9) * 1000),
                             .name = network_name(talk.tuple),
                             .protocol = talk.tuple.protocol});
    }
  }

  static std::string network_name(const Tuple& tuple) {
    return test::network_name(tuple.family,
                              tuple.destination.bytes[tuple.family == AF_INET ? 1 : 3]);
  }

  void write_sysctl() {
    const auto name = random_.of<const char*>(
        {"checksum", "tcp_be_liberal", "tcp_loose", "tcp_max_retrans", "tcp_ignore_invalid_rst"});
    const bool is_number = std::string_view(name) == "tcp_max_retrans";
    const auto value = static_cast<std::uint32_t>(random_.below(is_number ? 5 : 2));
    sequence_.push_back({.kind = Kind::write_sysctl, .number = value, .name = name});
  }

  /// A policy of its own, and a rule that gives it to its flows.
  void add_rule() {
    const Tuple& tuple = talks_.front().tuple;
    const std::string name = network_name(tuple);
    sequence_.push_back(
        {.kind = Kind::set_policy, .number = 2000, .name = name, .protocol = tuple.protocol});
    sequence_.push_back(
        {.kind = Kind::add_rule, .tuple = tuple, .name = name, .protocol = tuple.protocol});
  }

  void change_rules() {
    const Tuple& tuple = talks_.front().tuple;
    sequence_.push_back(
        {.kind = random_.of<Kind>({Kind::add_rule, Kind::delete_rule, Kind::delete_policy,
                                   Kind::delete_policy, Kind::set_policy}),
         .tuple = tuple,
         .number = static_cast<std::uint32_t>(random_.between(3, 9) * 1000),
         .name = network_name(tuple),
         .protocol = tuple.protocol});
  }

  Random random_;
  std::uint64_t number_;
  std::size_t length_;
  bool with_pause_;
  bool makes_rules_ = false;
  std::vector<Talk> talks_;
  Sequence sequence_;
};

}  // namespace

std::string network_name(std::uint8_t family, std::uint8_t network) {
  return (family == AF_INET6 ? "6" : "4") + std::to_string(network);
}

Sequence draw_sequence(std::uint64_t number, std::size_t length, bool with_pause) {
  return Drawer(number, length, with_pause).draw();
}

}  // namespace cttimeout::test
