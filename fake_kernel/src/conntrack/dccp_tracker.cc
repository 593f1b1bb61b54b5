// The tracker of DCCP, for kernels before 6.17 (K-FLOW-250 to 252).
#include <array>

#include "conntrack/tracker.h"

namespace cttimeout::fake {
namespace {

enum PacketType : std::uint8_t {
  request,
  response,
  data,
  ack,
  data_ack,
  close_request,
  close,
  reset,
  sync,
  sync_ack,
};

/// A cell: the state afterwards, by its number, or what happens in place of a change.
enum class Cell : std::uint8_t {
  invalid,
  request,
  respond,
  partopen,
  open,
  closereq,
  closing,
  timewait,
  ignored,
};

constexpr auto XX = Cell::invalid;
constexpr auto RQ = Cell::request;
constexpr auto RS = Cell::respond;
constexpr auto PO = Cell::partopen;
constexpr auto OP = Cell::open;
constexpr auto CR = Cell::closereq;
constexpr auto CG = Cell::closing;
constexpr auto TW = Cell::timewait;
constexpr auto IG = Cell::ignored;

using Row = std::array<Cell, 8>;  // by the state before

// clang-format off
constexpr std::array<std::array<Row, 10>, 2> cells{{
    // NONE RQ  RS  PO  OP  CR  CG  TW
    {{
        {RQ, RQ, RS, IG, IG, IG, IG, RQ},  // client REQUEST
        {XX, IG, IG, IG, IG, IG, IG, XX},  //        RESPONSE
        {XX, XX, XX, XX, OP, CR, CG, XX},  //        DATA
        {XX, XX, PO, PO, OP, CR, CG, XX},  //        ACK
        {XX, XX, PO, PO, OP, CR, CG, XX},  //        DATAACK
        {XX, XX, XX, XX, XX, XX, XX, XX},  //        CLOSEREQ
        {XX, XX, XX, CG, CG, CG, XX, XX},  //        CLOSE
        {XX, TW, TW, TW, TW, TW, TW, IG},  //        RESET
        {XX, IG, IG, IG, IG, IG, IG, IG},  //        SYNC
        {XX, IG, IG, IG, IG, IG, IG, IG},  //        SYNCACK
    }},
    {{
        {XX, IG, IG, IG, IG, IG, IG, RQ},  // server REQUEST
        {XX, RS, RS, IG, IG, IG, IG, XX},  //        RESPONSE
        {XX, XX, XX, OP, OP, XX, CG, XX},  //        DATA
        {XX, XX, XX, OP, OP, XX, CG, XX},  //        ACK
        {XX, XX, XX, OP, OP, XX, CG, XX},  //        DATAACK
        {XX, XX, XX, CR, CR, CR, CR, XX},  //        CLOSEREQ
        {XX, XX, XX, CG, CG, XX, CG, XX},  //        CLOSE
        {XX, TW, TW, TW, TW, TW, TW, TW},  //        RESET
        {XX, IG, IG, IG, IG, IG, IG, IG},  //        SYNC
        {XX, IG, IG, IG, IG, IG, IG, IG},  //        SYNCACK
    }},
}};
// clang-format on

/// The side in this direction is the client from now on.
void make_client(DccpFlow& flow, Direction direction) {
  flow.role.at(direction) = DccpRole::client;
  flow.role.at(other(direction)) = DccpRole::server;
}

}  // namespace

TrackerResult track_dccp(DccpFlow& flow, const TrackerInput& input) {
  const auto* header = std::get_if<DccpHeader>(&input.packet.transport);
  if (header == nullptr) return {.outcome = Tracked::invalid};  // parsed for another kernel
  const DccpHeader& packet = *header;
  if (packet.is_cut) {
    return {.outcome = input.settings.cut_dccp_is_dropped ? Tracked::dropped : Tracked::invalid};
  }
  if (packet.type >= cells[0].size()) return {.outcome = Tracked::invalid};
  const Direction direction = input.direction;
  if (packet.type == reset && !input.is_new && !flow.seen_reply) {
    return {.outcome = Tracked::destroyed};
  }
  const auto old = static_cast<DccpState>(flow.state);
  const DccpRole role = flow.role.at(direction);
  Cell cell =
      cells.at(static_cast<std::size_t>(role)).at(packet.type).at(static_cast<std::size_t>(old));
  if (cell == Cell::invalid) return {.outcome = Tracked::invalid};
  const bool answers_ignored_request =
      flow.last_direction != direction && flow.last_type == request && packet.type == response;
  flow.last_direction = direction;
  flow.last_type = packet.type;
  if (cell == Cell::ignored) {
    if (!answers_ignored_request) return {.outcome = Tracked::accepted};
    make_client(flow, other(direction));
    flow.handshake = packet.sequence;
    cell = Cell::respond;
  }
  if (cell == Cell::request && old == DccpState::timewait && role == DccpRole::server) {
    make_client(flow, direction);
  }
  if (cell == Cell::respond && old == DccpState::request) flow.handshake = packet.sequence;
  const bool shakes_hands = cell == Cell::partopen && old == DccpState::respond &&
                            packet.type == ack && packet.acknowledgement == flow.handshake;
  flow.enter(cell);
  return {.slot = flow.state - 1U,
          .is_assured = shakes_hands,
          .state_changed = flow.state != static_cast<std::uint8_t>(old)};
}

}  // namespace cttimeout::fake
