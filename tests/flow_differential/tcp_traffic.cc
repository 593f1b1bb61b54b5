// TCP: a connection whose segments are now and then others than its peers would send.
#include <array>

#include "cttimeout/packet.h"
#include "traffic.h"

namespace cttimeout::test {
namespace {

constexpr std::size_t fixed_header = 20;

/// What one peer has said.
struct Peer {
  std::uint32_t next = 0;  ///< sequence number after what it has sent
  std::uint32_t window = 1000;
  unsigned scale = 0;
};

class TcpTraffic final : public Traffic {
 public:
  explicit TcpTraffic(const Tuple& ports) : ports_(ports) {}

  Sent next(Random& random) override {
    const bool is_reply = draw_direction(random);
    Peer& sender = peers_.at(is_reply ? 1 : 0);
    const Peer& receiver = peers_.at(is_reply ? 0 : 1);
    const std::uint8_t flags = draw_flags(random, is_reply);
    const bool plain = random.chance(7, 10);
    const std::uint32_t sequence = plain ? sender.next : draw_number(random, sender, receiver);
    const bool acknowledges = (flags & tcp_ack) != 0;
    std::uint32_t acknowledgement = 0;
    if (acknowledges || random.chance(1, 3)) {
      acknowledgement =
          random.chance(7, 10) ? receiver.next : draw_number(random, receiver, sender);
    }
    const Bytes options = draw_options(random, sender, (flags & tcp_syn) != 0, receiver.next);
    const auto window =
        random.of<std::uint16_t>({1000, 1000, 1000, 5840, 65535, 1, 0, 0, 200, 30000});
    const std::size_t data = draw_data(random, flags);
    std::size_t words = (fixed_header + options.size()) / 4;
    if (random.chance(1, 100)) words = random.below(16);
    const bool replies = is_reply;
    const Bytes payload = join({
        big16(replies ? ports_.destination_port : ports_.source_port),
        big16(replies ? ports_.source_port : ports_.destination_port),
        big32(sequence),
        big32(acknowledgement),
        byte(static_cast<std::uint8_t>(words << 4U)),
        byte(flags),
        big16(window),
        zeros(4),
        options,
        zeros(data),
    });
    if (plain) {
      const bool counts = (flags & (tcp_syn | tcp_fin)) != 0;
      sender.next = sequence + static_cast<std::uint32_t>(data) + (counts ? 1 : 0);
    }
    sender.window = window;
    last_flags_ = flags;
    last_was_reply_ = is_reply;
    return {.payload = payload, .is_reply = is_reply};
  }

 private:
  /// Peers mostly reply to each other.
  bool draw_direction(Random& random) const {
    if (!begun_) return false;
    return random.chance(2, 3) ? !last_was_reply_ : random.chance(1, 2);
  }

  /// The flags that the connection asks for next, or any.
  std::uint8_t draw_flags(Random& random, bool is_reply) {
    if (!begun_) {
      begun_ = true;
      peers_ = {Peer{.next = draw_start(random)}, Peer{.next = draw_start(random)}};
      if (random.chance(9, 10)) return tcp_syn;
    }
    if (random.chance(1, 12)) return static_cast<std::uint8_t>(random.below(256));
    if (random.chance(1, 25)) return tcp_syn;
    if (random.chance(1, 25)) return tcp_syn | tcp_ack;
    if (random.chance(1, 15)) return random.of<std::uint8_t>({tcp_rst, tcp_rst | tcp_ack});
    if (random.chance(1, 12)) return tcp_fin | tcp_ack;
    const bool answers = is_reply != last_was_reply_;
    if (last_flags_ == tcp_syn && answers) return tcp_syn | tcp_ack;
    if ((last_flags_ & tcp_fin) != 0 && answers) {
      return random.of<std::uint8_t>({tcp_ack, tcp_fin | tcp_ack});
    }
    return random.of<std::uint8_t>({tcp_ack, tcp_ack, tcp_psh | tcp_ack});
  }

  static std::uint32_t draw_start(Random& random) {
    return random.of<std::uint32_t>({1000, 0, 0xfffffff0, 0x7ffffff0, 0x80000000});
  }

  /// Near the edges of what the rules compare with.
  static std::uint32_t draw_number(Random& random, const Peer& own, const Peer& other) {
    const std::uint32_t window = other.window << other.scale;
    const auto edge = random.of<std::uint32_t>(
        {own.next, own.next, own.next - window, own.next + window, own.next + 66000,
         own.next - 66000, own.next + 0x80000000, own.next - own.window, 0});
    return edge + random.of<std::uint32_t>({0, 0, 1, 2, 0xffffffff, 0xfffffffe, 100, 0xffffff9c});
  }

  static std::size_t draw_data(Random& random, std::uint8_t flags) {
    if ((flags & (tcp_syn | tcp_rst)) != 0) return random.chance(1, 10) ? random.below(30) : 0;
    return random.chance(1, 2) ? random.of<std::size_t>({1, 10, 100, 999, 1000, 1001}) : 0;
  }

  /// Mostly none, or such as a SYN has; a multiple of 4 bytes.
  static Bytes draw_options(Random& random, Peer& sender, bool syn, std::uint32_t edge) {
    Bytes options;
    if (syn ? random.chance(1, 2) : random.chance(1, 10)) {
      if (random.chance(2, 3)) {
        sender.scale = random.of<unsigned>({0, 1, 7, 14});
        const auto value = static_cast<std::uint8_t>(random.chance(1, 10) ? 200 : sender.scale);
        options = join({options, hex("010303"), byte(value)});
      }
      if (random.chance(2, 3)) options = join({options, hex("01010402")});
      if (random.chance(1, 3)) options = join({options, hex("020405b4")});
    }
    if (!syn && random.chance(1, 8)) {
      const std::size_t blocks = random.between(1, 3);
      options = join({options, hex("010105"), byte(static_cast<std::uint8_t>(2 + 8 * blocks))});
      for (std::size_t i = 0; i < blocks; ++i) {
        const std::uint32_t right = edge + random.of<std::uint32_t>({0, 1, 500, 0x80000000, 70000});
        options = join({options, big32(right - 10), big32(right)});
      }
    }
    if (random.chance(1, 60)) options = join({options, hex("03000000")});  // of length 0
    if (random.chance(1, 60)) options = join({hex("00000000"), options});  // behind the end
    constexpr std::size_t most = 40;
    if (options.size() > most) options.resize(most);
    return options;
  }

  Tuple ports_;
  std::array<Peer, 2> peers_{};  // original, reply
  bool begun_ = false;
  std::uint8_t last_flags_ = 0;
  bool last_was_reply_ = true;
};

}  // namespace

std::unique_ptr<Traffic> tcp_traffic(const Tuple& ports) {
  return std::make_unique<TcpTraffic>(ports);
}

}  // namespace cttimeout::test
