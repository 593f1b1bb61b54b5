// Random policies from the protocol table, for property tests.
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "cttimeout/policy.h"

namespace cttimeout::test {

/// Seeded by GoogleTest: --gtest_random_seed=N --gtest_shuffle repeats a run.
inline std::mt19937 seeded_generator() {
  const auto seed = static_cast<std::uint32_t>(testing::UnitTest::GetInstance()->random_seed());
  testing::Test::RecordProperty("seed", std::to_string(seed));
  return std::mt19937(seed);
}

template <class Integer>
Integer draw(std::mt19937& generator, Integer least, Integer most) {
  return static_cast<Integer>(std::uniform_int_distribution<std::uint64_t>(least, most)(generator));
}

inline std::string draw_name(std::mt19937& generator) {
  std::string name(draw<std::size_t>(generator, 0, max_name_size), '\0');
  for (char& byte : name) byte = static_cast<char>(draw<unsigned>(generator, 1, 255));
  return name;
}

inline Timeouts draw_timeouts(std::mt19937& generator, std::size_t slots) {
  Timeouts timeouts;
  for (std::size_t slot = 1; slot <= slots; ++slot) {
    if (draw<unsigned>(generator, 0, 1) == 1) {
      timeouts.set_raw(slot, draw<std::uint32_t>(generator, 0, 0xffffffff));
    }
  }
  return timeouts;
}

inline Policy draw_policy(std::mt19937& generator, const Protocol& protocol) {
  return {.name = draw_name(generator),
          .family = Family{draw<std::uint16_t>(generator, 0, 0xffff)},
          .protocol = protocol.number,
          .timeouts = draw_timeouts(generator, protocol.slots.size())};
}

}  // namespace cttimeout::test
