// Small damage to recordings and datagrams, drawn at random.
#pragma once

#include <cstddef>
#include <iterator>
#include <random>

namespace cttimeout::tools::check {

[[nodiscard]] inline std::size_t below(std::mt19937& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

/// Some bytes changed, to values that mean something, and perhaps the end cut off.
template <class Container>
void mutate(std::mt19937& random, Container& bytes) {
  constexpr unsigned char usual[] = {0, 1, 3, 4, 5, 7, 8, 16, 0x40, 0x7f, 0x80, 0xff};
  for (std::size_t changes = below(random, 5); changes > 0 && !bytes.empty(); --changes) {
    const bool any = below(random, 2) == 0;
    const unsigned value =
        any ? static_cast<unsigned>(below(random, 256)) : usual[below(random, std::size(usual))];
    bytes[below(random, bytes.size())] = static_cast<typename Container::value_type>(value);
  }
  if (!bytes.empty() && below(random, 4) == 0) bytes.resize(below(random, bytes.size() + 1));
}

}  // namespace cttimeout::tools::check
