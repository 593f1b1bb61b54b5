// Operation: what a script does at one place, drawn from the script's seed and that place alone.
#pragma once

#include <cstdint>
#include <span>

#include "world.h"

namespace cttimeout::test {

/// Does it, and tells the world what came of it.
using Play = void (*)(World& world, Random& random);

struct Kind {
  const char* name;
  unsigned weight;  ///< how often it is drawn, beside the others
  Play play;
};

// Each family of kinds has a file of its own.
[[nodiscard]] std::span<const Kind> sending_kinds();
[[nodiscard]] std::span<const Kind> receiving_kinds();
[[nodiscard]] std::span<const Kind> socket_kinds();
[[nodiscard]] std::span<const Kind> descriptor_kinds();
[[nodiscard]] std::span<const Kind> readiness_kinds();
[[nodiscard]] std::span<const Kind> neighbour_kinds();
[[nodiscard]] std::span<const Kind> process_kinds();

/// Plays operation `place` of the script of that seed, and prints its line. Any subset of a script
/// is one: an operation needs no other, and one on an empty slot fails alike everywhere.
void play_operation(World& world, std::uint64_t seed, std::uint64_t place);

}  // namespace cttimeout::test
