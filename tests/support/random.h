// Random choices from one seeded generator, handed down by hand.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>

namespace cttimeout::test {

/// SplitMix64: made in no time, so that each mutation of an input can have one of its own.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  /// From `least` to `most`, both included.
  std::uint64_t between(std::uint64_t least, std::uint64_t most) {
    return least + next() % (most - least + 1);
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
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = (state_ ^ state_ >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    return mixed ^ mixed >> 31;
  }

  std::uint64_t state_;
};

}  // namespace cttimeout::test
