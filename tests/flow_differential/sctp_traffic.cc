// SCTP: an association whose packets are now and then others than its peers would send.
#include <array>

#include "traffic.h"

namespace cttimeout::test {
namespace {

struct Step {
  std::uint8_t chunk;
  bool is_reply;
};
/// An association from its first chunk to its last.
constexpr std::array whole{Step{1, false}, Step{2, true}, Step{10, false}, Step{11, true},
                           Step{0, false}, Step{3, true}, Step{4, false},  Step{5, true},
                           Step{7, false}, Step{8, true}, Step{14, false}};
constexpr std::uint8_t init = 1;
constexpr std::uint8_t init_ack = 2;

class SctpTraffic final : public Traffic {
 public:
  explicit SctpTraffic(const Tuple& ports) : ports_(ports) {}

  Sent next(Random& random) override {
    if (random.chance(1, 12)) step_ = random.below(whole.size());
    Step step = whole.at(step_);
    const bool plain = random.chance(3, 4);
    if (plain) {
      step_ = (step_ + 1) % whole.size();
    } else {
      step = {.chunk = draw_chunk(random), .is_reply = random.chance(1, 2)};
    }
    Bytes chunks = chunk(random, step.chunk, step.is_reply, plain);
    while (random.chance(1, 8)) {
      chunks = join({chunks, chunk(random, draw_chunk(random), step.is_reply, false)});
    }
    if (random.chance(1, 80)) chunks.resize(random.below(chunks.size() + 1));
    const std::uint32_t tag = random.chance(9, 10) ? expected_tag(step) : draw_tag(random);
    const Bytes payload = join({big16(step.is_reply ? ports_.destination_port : ports_.source_port),
                                big16(step.is_reply ? ports_.source_port : ports_.destination_port),
                                big32(tag), zeros(4), chunks});
    return {.payload = payload, .is_reply = step.is_reply};
  }

 private:
  static std::uint8_t draw_chunk(Random& random) {
    return random.of<std::uint8_t>(
        {0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 11, 11, 12, 14, 192});
  }
  static std::uint32_t draw_tag(Random& random) {
    return random.of<std::uint32_t>({0, 100, 200, 101, 0xffffffff});
  }

  /// What the receiver has asked for in its INIT or INIT_ACK.
  [[nodiscard]] std::uint32_t expected_tag(Step step) const {
    return step.chunk == init ? 0 : tags_.at(step.is_reply ? 0 : 1);
  }

  Bytes chunk(Random& random, std::uint8_t type, bool is_reply, bool plain) {
    const auto flags = static_cast<std::uint8_t>(random.chance(1, 6) ? 1 : 0);
    if (type != init && type != init_ack) {
      const auto size =
          plain ? std::size_t{8} : random.of<std::size_t>({4, 8, 8, 8, 5, 12, 0, 1, 2});
      return join({byte(type), byte(flags), big16(static_cast<std::uint16_t>(size)), zeros(4)});
    }
    std::uint32_t& own = tags_.at(is_reply ? 1 : 0);
    if (random.chance(1, 6)) own = draw_tag(random);
    return join({byte(type), byte(flags), big16(20), big32(own), hex("0000ffff000a000a00000001")});
  }

  Tuple ports_;
  std::array<std::uint32_t, 2> tags_{100, 200};  // that each side asks for
  std::size_t step_ = 0;
};

}  // namespace

std::unique_ptr<Traffic> sctp_traffic(const Tuple& ports) {
  return std::make_unique<SctpTraffic>(ports);
}

}  // namespace cttimeout::test
