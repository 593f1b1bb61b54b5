// Random choices from one seeded generator, handed down by hand.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>
#include <span>

namespace cttimeout::test {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// From `least` to `most`, both included.
  std::uint64_t between(std::uint64_t least, std::uint64_t most) {
    return least + engine_() % (most - least + 1);
  }
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(between(0, count - 1)); }
  /// True `times` out of `of`.
  bool chance(unsigned times, unsigned of) { return between(1, of) <= times; }

  template <class T>
  const T& of(std::span<const T> values) {
    return values[below(values.size())];
  }
  template <class T>
  T of(std::initializer_list<T> values) {
    return values.begin()[below(values.size())];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace cttimeout::test
