// The state table of TCP (K-FLOW-153).
#pragma once

#include <array>
#include <cstdint>

#include "conntrack/flow.h"

namespace cttimeout::fake {

/// A cell: the state afterwards, by its number, or what happens in place of a change.
enum class TcpCell : std::uint8_t {
  syn_sent = 1,
  syn_recv,
  established,
  fin_wait,
  close_wait,
  last_ack,
  time_wait,
  close,
  syn_sent2,
  reopen,   ///< SYN_SENT, as a flow of its own (K-FLOW-159)
  ignored,  ///< K-FLOW-160
  invalid,
};

namespace tcp_table {

inline constexpr auto SS = TcpCell::syn_sent;
inline constexpr auto SR = TcpCell::syn_recv;
inline constexpr auto ES = TcpCell::established;
inline constexpr auto FW = TcpCell::fin_wait;
inline constexpr auto CW = TcpCell::close_wait;
inline constexpr auto LA = TcpCell::last_ack;
inline constexpr auto TW = TcpCell::time_wait;
inline constexpr auto CL = TcpCell::close;
inline constexpr auto S2 = TcpCell::syn_sent2;
inline constexpr auto RE = TcpCell::reopen;
inline constexpr auto IG = TcpCell::ignored;
inline constexpr auto XX = TcpCell::invalid;

using Row = std::array<TcpCell, 10>;  // by the state before

// clang-format off
inline constexpr std::array<std::array<Row, 5>, 2> cells{{
    // NONE SS  SR  ES  FW  CW  LA  TW  CL  S2
    {{
        {SS, SS, IG, IG, IG, IG, IG, RE, RE, S2},  // original SYN
        {XX, XX, SR, XX, XX, XX, XX, XX, XX, SR},  //          SYN+ACK
        {XX, XX, FW, FW, LA, LA, LA, TW, CL, XX},  //          FIN
        {ES, XX, ES, ES, CW, CW, TW, TW, CL, XX},  //          ACK
        {XX, CL, CL, CL, CL, CL, CL, CL, CL, CL},  //          RST
    }},
    {{
        {XX, S2, XX, XX, XX, XX, XX, RE, XX, S2},  // reply SYN
        {XX, SR, IG, IG, IG, IG, IG, IG, IG, SR},  //       SYN+ACK
        {XX, XX, FW, FW, LA, LA, LA, TW, CL, XX},  //       FIN
        {XX, IG, SR, ES, CW, CW, TW, TW, CL, IG},  //       ACK
        {XX, CL, CL, CL, CL, CL, CL, CL, CL, CL},  //       RST
    }},
}};
// clang-format on

}  // namespace tcp_table

[[nodiscard]] constexpr TcpCell tcp_cell(Direction direction, TcpKind kind, TcpState state) {
  return tcp_table::cells.at(direction)
      .at(static_cast<std::size_t>(kind))
      .at(static_cast<std::size_t>(state));
}

}  // namespace cttimeout::fake
