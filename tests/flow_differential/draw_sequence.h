// Drawn sequences of packets, and of what else happens between them.
#pragma once

#include <cstdint>
#include <string>

#include "act.h"

namespace cttimeout::test {

/// The networks that packets go to: 10.N.0.0/16 and fd00:N::/32. The first has no rules, the others
/// give policies by protocol, which differ in where RETRANS and UNACK lie among the states.
inline constexpr std::uint8_t network_without_rules = 1;
inline constexpr std::uint8_t last_network = 5;
/// The network whose rules sequences make and delete.
inline constexpr std::uint8_t own_network = 9;

/// What policies of a network are named after: `4` or `6` for the family, then its number.
[[nodiscard]] std::string network_name(std::uint8_t family, std::uint8_t network);

/// The sequence of that number, always the same: some flows of addresses that no other sequence of
/// 65536 has. With a pause, it has one in the middle.
[[nodiscard]] Sequence draw_sequence(std::uint64_t number, std::size_t length, bool with_pause);

}  // namespace cttimeout::test
