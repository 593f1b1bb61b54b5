// Operation: what a script does at one place, drawn from the script's seed and that place alone.
#include "operation.h"

#include <iostream>
#include <vector>

namespace cttimeout::test {
namespace {

const std::vector<Kind>& all_kinds() {
  static const std::vector<Kind> kinds = [] {
    std::vector<Kind> all;
    for (const auto& family :
         {sending_kinds(), receiving_kinds(), socket_kinds(), descriptor_kinds(), readiness_kinds(),
          neighbour_kinds(), process_kinds()}) {
      all.insert(all.end(), family.begin(), family.end());
    }
    return all;
  }();
  return kinds;
}

const Kind& draw_kind(Random& random) {
  std::size_t total = 0;
  for (const Kind& kind : all_kinds()) total += kind.weight;
  std::size_t choice = random.below(total);
  for (const Kind& kind : all_kinds()) {
    if (choice < kind.weight) return kind;
    choice -= kind.weight;
  }
  return all_kinds().front();
}

}  // namespace

void play_operation(World& world, std::uint64_t seed, std::uint64_t place) {
  Random random(seed * 1'000'003 + place);
  const Kind& kind = draw_kind(random);
  world.sequence = static_cast<std::uint32_t>(place * 1000);
  kind.play(world, random);
  std::cout << place << ' ' << kind.name << world.take_line() << '\n';
}

}  // namespace cttimeout::test
