// Datagrams to and fro, of protocols without states of their own, and of dccp.
#include <netinet/in.h>

#include "traffic.h"

namespace cttimeout::test {
namespace {

class SimpleTraffic final : public Traffic {
 public:
  explicit SimpleTraffic(const Tuple& tuple) : tuple_(tuple) {}

  Sent next(Random& random) override {
    const bool is_reply = begun_ && random.chance(1, 2);
    begun_ = true;
    Bytes payload = draw(random, is_reply);
    if (random.chance(1, 40)) payload.resize(random.below(payload.size() + 1));
    return {.payload = payload, .is_reply = is_reply};
  }

 private:
  Bytes draw(Random& random, bool is_reply) const {
    switch (tuple_.protocol) {
      case IPPROTO_UDP:
      case IPPROTO_UDPLITE:
        return datagram(random, is_reply);
      case IPPROTO_ICMP:
        return message(random, is_reply, 8, 0, 19);
      case IPPROTO_ICMPV6:
        return message(random, is_reply, 128, 129, 150);
      case IPPROTO_GRE:
        return gre(random);
      case IPPROTO_DCCP:
        return dccp(random, is_reply);
      default:
        return zeros(random.below(24));
    }
  }

  Bytes datagram(Random& random, bool is_reply) const {
    const std::size_t data = random.below(20);
    std::size_t length = 8 + data;
    if (random.chance(1, 30)) length = random.below(40);
    return join({big16(is_reply ? tuple_.destination_port : tuple_.source_port),
                 big16(is_reply ? tuple_.source_port : tuple_.destination_port),
                 big16(static_cast<std::uint16_t>(length)), zeros(2 + data)});
  }

  /// Echo, now and then another of the types below `types`. Errors are for others to draw.
  Bytes message(Random& random, bool is_reply, std::uint8_t request, std::uint8_t answer,
                std::size_t types) const {
    std::uint8_t type = is_reply ? answer : request;
    if (random.chance(1, 6)) type = static_cast<std::uint8_t>(random.below(types));
    if (tuple_.protocol == IPPROTO_ICMPV6 && type < request) type = request;
    const auto code = static_cast<std::uint8_t>(random.chance(1, 20) ? 1 : 0);
    const auto id = static_cast<std::uint16_t>(tuple_.source_port + (random.chance(1, 20) ? 1 : 0));
    return join({byte(type), byte(code), zeros(2), big16(id), zeros(2 + random.below(8))});
  }

  static Bytes gre(Random& random) {
    const auto version = random.of<std::uint16_t>({0, 0, 0x2000, 1, 0x2001, 2});
    const auto protocol = random.of<std::uint16_t>({0x880b, 0x880b, 0x0800});
    const auto call = random.of<std::uint16_t>({0, 0, 1, 2});
    return join({big16(version), big16(protocol), big16(4), big16(call), zeros(random.below(12))});
  }

  /// Mostly the next of a connection: REQUEST, RESPONSE, ACK, DATA, CLOSEREQ, CLOSE, RESET.
  Bytes dccp(Random& random, bool is_reply) const {
    const auto type = random.of<std::uint8_t>({0, 0, 1, 1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10});
    const bool is_long = random.chance(9, 10);
    const auto words = random.chance(1, 30) ? random.of<std::uint8_t>({2, 3, 40}) : std::uint8_t{6};
    const auto number = random.of<std::uint32_t>({1, 1, 1, 2});
    return join({big16(is_reply ? tuple_.destination_port : tuple_.source_port),
                 big16(is_reply ? tuple_.source_port : tuple_.destination_port), byte(words),
                 zeros(3), byte(static_cast<std::uint8_t>(2U * type + (is_long ? 1U : 0U))),
                 zeros(3), big32(number), zeros(4), big32(number), zeros(random.below(8))});
  }

  Tuple tuple_;
  bool begun_ = false;
};

}  // namespace

std::unique_ptr<Traffic> simple_traffic(const Tuple& tuple) {
  return std::make_unique<SimpleTraffic>(tuple);
}

}  // namespace cttimeout::test
