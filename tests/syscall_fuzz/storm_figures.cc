// Figures of storms, as the player prints them.
#include "storm_figures.h"

#include <cstdio>

namespace cttimeout::test {
namespace {

constexpr std::uint64_t calls_per_loss = 20'000;
constexpr std::uint64_t always_granted = 3;  // chance, in a short run

}  // namespace

void StormFigures::add(const std::string& line) {
  unsigned long long read[4] = {};
  if (std::sscanf(line.c_str(), "calls %llu signals %llu children %llu lost %llu", &read[0],
                  &read[1], &read[2], &read[3]) != 4) {
    return;
  }
  calls += read[0];
  signals += read[1];
  children += read[2];
  lost += read[3];
}

bool StormFigures::lost_too_much() const {
  return lost > always_granted + calls / calls_per_loss;
}

}  // namespace cttimeout::test
