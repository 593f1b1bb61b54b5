// The tracker of SCTP: chunk by chunk, with the tags that each side must carry.
#include <algorithm>

#include "conntrack/sctp_table.h"
#include "conntrack/tracker.h"

namespace cttimeout::fake {
namespace {

constexpr TrackerResult invalid{.outcome = Tracked::invalid};
constexpr std::uint8_t flag_t = 1;  // the sender had no tag of its own

bool has_any(const SctpHeader& packet, std::initializer_list<std::uint8_t> types) {
  return std::ranges::any_of(packet.chunks, [&](const SctpChunk& chunk) {
    return std::ranges::find(types, chunk.type) != types.end();
  });
}

/// K-FLOW-222: false for what begins no flow.
bool begin(SctpFlow& flow, const SctpHeader& packet) {
  if (has_any(packet, {sctp::abort, sctp::shutdown_complete, sctp::cookie_ack})) return false;
  for (const SctpChunk& chunk : packet.chunks) {
    if (sctp_cell(original, chunk.type, SctpState::none) == SctpCell::invalid) return false;
    if (chunk.type == sctp::init) {
      if (packet.tag != 0) return false;
      flow.tag[reply] = chunk.initiate_tag;
    } else if (chunk.type == sctp::heartbeat) {
      flow.tag[original] = packet.tag;
    } else if (chunk.type == sctp::shutdown_ack) {
      flow.tag[reply] = packet.tag;
    }
  }
  return true;
}

/// A packet on its way through the rules.
class Step {
 public:
  Step(SctpFlow& flow, const TrackerInput& input, const SctpHeader& packet)
      : flow_(flow),
        input_(input),
        packet_(packet),
        direction_(input.direction),
        has_data_(has_any(packet, {sctp::data})) {}

  TrackerResult run() {
    if (!tag_is_right()) return invalid;
    TrackerResult result;
    for (const SctpChunk& chunk : packet_.chunks) {
      if (take(chunk, result)) continue;
      result.outcome = Tracked::invalid;
      return result;
    }
    if (ignored_) {
      result.outcome = Tracked::accepted;
    } else {
      result.slot = flow_.state - 1U;
    }
    return result;
  }

 private:
  [[nodiscard]] std::uint32_t& expected_tag() { return flow_.tag.at(direction_); }
  [[nodiscard]] std::uint32_t& others_tag() { return flow_.tag.at(other(direction_)); }

  /// K-FLOW-223
  [[nodiscard]] bool tag_is_right() {
    const bool judged_by_chunk =
        has_any(packet_, {sctp::init, sctp::shutdown_complete, sctp::cookie_echo, sctp::abort,
                          sctp::shutdown_ack, sctp::heartbeat, sctp::heartbeat_ack});
    return judged_by_chunk || packet_.tag == expected_tag();
  }

  /// K-FLOW-224
  [[nodiscard]] bool tag_suits(const SctpChunk& chunk) {
    switch (chunk.type) {
      case sctp::init:
        return packet_.tag == 0;
      case sctp::abort:
      case sctp::shutdown_complete:
        return packet_.tag == ((chunk.flags & flag_t) != 0 ? others_tag() : expected_tag());
      case sctp::cookie_echo:
        return packet_.tag == expected_tag();
      default:
        return true;
    }
  }

  enum class Heartbeat : std::uint8_t { goes_on, passed_over, invalid };

  /// K-FLOW-230
  Heartbeat take_heartbeat() {
    if (expected_tag() == 0) {
      expected_tag() = packet_.tag;
    } else if (packet_.tag != expected_tag()) {
      if (has_data_ || ignored_) return Heartbeat::invalid;
      flow_.failed = true;
      flow_.last_direction = direction_;
      ignored_ = true;
      return Heartbeat::passed_over;
    } else {
      flow_.failed = false;
    }
    return Heartbeat::goes_on;
  }

  /// K-FLOW-231
  Heartbeat take_heartbeat_ack() {
    if (expected_tag() == 0) {
      expected_tag() = packet_.tag;
    } else if (packet_.tag != expected_tag()) {
      if (has_data_ || ignored_ || !flow_.failed || flow_.last_direction == direction_) {
        return Heartbeat::invalid;
      }
      flow_.failed = false;
      expected_tag() = packet_.tag;
      others_tag() = 0;
    } else {
      flow_.failed = false;
    }
    return Heartbeat::goes_on;
  }

  /// K-FLOW-233
  void take_init(const SctpChunk& chunk, SctpState before) {
    const bool opens = input_.is_new || chunk.initiate_tag != others_tag();
    if (opens || input_.settings.every_init_opens) {
      if (flow_.initiated[original] && flow_.initiated[reply]) {
        flow_.initiated.at(other(direction_)) = false;
      }
      flow_.initiated.at(direction_) = true;
    }
    others_tag() = chunk.initiate_tag;
    const bool again = before == SctpState::closed && !input_.is_new;
    if (again && next_ == SctpState::closed) ignored_ = true;
  }

  /// K-FLOW-234
  [[nodiscard]] bool take_init_ack(const SctpChunk& chunk) {
    const std::uint32_t known = others_tag();
    const bool both = flow_.initiated[original] && flow_.initiated[reply];
    const bool unasked = known != 0 && !flow_.initiated.at(other(direction_));
    if (known != chunk.initiate_tag && (unasked || both)) return false;
    others_tag() = chunk.initiate_tag;
    return true;
  }

  /// False if the packet is INVALID; what earlier chunks changed stays.
  bool take(const SctpChunk& chunk, TrackerResult& result) {
    if (!tag_suits(chunk)) return false;
    if (chunk.type == sctp::heartbeat || chunk.type == sctp::heartbeat_ack) {
      const Heartbeat taken =
          chunk.type == sctp::heartbeat ? take_heartbeat() : take_heartbeat_ack();
      if (taken == Heartbeat::invalid) return false;
      if (taken == Heartbeat::passed_over) return true;
    }
    if (chunk.type == sctp::cookie_ack) flow_.initiated = {};  // K-FLOW-232
    const auto before = static_cast<SctpState>(flow_.state);
    const SctpCell cell = sctp_cell(direction_, chunk.type, before);
    if (cell == SctpCell::invalid) return false;
    next_ = cell == SctpCell::stays ? before : static_cast<SctpState>(cell);
    if (chunk.type == sctp::init) take_init(chunk, before);
    if (chunk.type == sctp::init_ack && !take_init_ack(chunk)) return false;
    flow_.enter(next_);
    if (next_ != before) result.state_changed = true;
    if (next_ != before && next_ == SctpState::established) result.is_assured = true;
    return true;
  }

  SctpFlow& flow_;
  const TrackerInput& input_;
  const SctpHeader& packet_;
  Direction direction_;
  bool has_data_;
  bool ignored_ = false;  ///< the deadline stays
  SctpState next_ = SctpState::none;
};

}  // namespace

TrackerResult track_sctp(SctpFlow& flow, const TrackerInput& input) {
  const auto* header = std::get_if<SctpHeader>(&input.packet.transport);
  if (header == nullptr) return invalid;
  const SctpHeader& packet = *header;
  if (input.is_new && !begin(flow, packet)) return invalid;
  return Step(flow, input, packet).run();
}

}  // namespace cttimeout::fake
