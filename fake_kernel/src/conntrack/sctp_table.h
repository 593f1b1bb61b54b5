// The state table of SCTP (K-FLOW-220).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "conntrack/flow.h"
#include "conntrack/sctp.h"

namespace cttimeout::fake {

/// A cell: the state afterwards, by its number, or what happens in place of a change.
enum class SctpCell : std::uint8_t {
  invalid,
  closed,
  cookie_wait,
  cookie_echoed,
  established,
  shutdown_sent,
  shutdown_recd,
  shutdown_ack_sent,
  heartbeat_sent,
  stays,
};

namespace sctp_table {

inline constexpr auto XX = SctpCell::invalid;
inline constexpr auto CL = SctpCell::closed;
inline constexpr auto CW = SctpCell::cookie_wait;
inline constexpr auto CE = SctpCell::cookie_echoed;
inline constexpr auto ES = SctpCell::established;
inline constexpr auto SS = SctpCell::shutdown_sent;
inline constexpr auto SR = SctpCell::shutdown_recd;
inline constexpr auto SA = SctpCell::shutdown_ack_sent;
inline constexpr auto HS = SctpCell::heartbeat_sent;
inline constexpr auto __ = SctpCell::stays;

using Row = std::array<SctpCell, 9>;  // by the state before

struct Rows {
  std::uint8_t chunk;
  std::array<Row, 2> by_direction;
};

// clang-format off
inline constexpr std::array rows{
    //                             NO  CL  CW  CE  ES  SS  SR  SA  HS
    Rows{sctp::init,             {{{CL, CL, __, __, __, CL, CL, __, CW},
                                   {XX, __, __, __, __, __, __, __, XX}}}},
    Rows{sctp::init_ack,         {{{CL, __, __, __, __, __, __, __, CL},
                                   {XX, CW, __, __, __, __, __, __, XX}}}},
    Rows{sctp::abort,            {{{CL, CL, CL, CL, CL, CL, CL, CL, CL},
                                   {XX, CL, CL, CL, CL, CL, CL, CL, XX}}}},
    Rows{sctp::shutdown,         {{{CL, __, __, __, SS, __, __, __, CL},
                                   {XX, __, __, __, SR, __, __, __, XX}}}},
    Rows{sctp::shutdown_ack,     {{{SA, __, __, __, __, SA, SA, __, SA},
                                   {XX, __, __, __, __, SA, SA, __, XX}}}},
    Rows{sctp::error,            {{{CL, __, __, __, __, __, __, __, CL},
                                   {XX, __, __, CL, __, __, __, __, XX}}}},
    Rows{sctp::cookie_echo,      {{{CL, __, CE, __, __, __, __, __, CL},
                                   {XX, __, CE, __, __, __, __, __, XX}}}},
    Rows{sctp::cookie_ack,       {{{CL, __, __, ES, __, __, __, __, CL},
                                   {XX, __, __, ES, __, __, __, __, XX}}}},
    Rows{sctp::shutdown_complete,{{{CL, __, __, __, __, __, __, CL, CL},
                                   {XX, __, __, __, __, __, __, CL, XX}}}},
    Rows{sctp::heartbeat,        {{{HS, __, __, __, __, __, __, __, __},
                                   {XX, __, __, __, __, __, __, __, __}}}},
    Rows{sctp::heartbeat_ack,    {{{CL, __, __, __, __, __, __, __, __},
                                   {XX, __, __, __, __, __, __, __, ES}}}},
};
// clang-format on

}  // namespace sctp_table

/// Chunks that the table does not name leave the state, and begin no flow.
[[nodiscard]] constexpr SctpCell sctp_cell(Direction direction, std::uint8_t chunk,
                                           SctpState state) {
  const auto* row = std::ranges::find(sctp_table::rows, chunk, &sctp_table::Rows::chunk);
  if (row == sctp_table::rows.end()) {
    return state == SctpState::none ? SctpCell::invalid : SctpCell::stays;
  }
  return row->by_direction.at(direction).at(static_cast<std::size_t>(state));
}

}  // namespace cttimeout::fake
