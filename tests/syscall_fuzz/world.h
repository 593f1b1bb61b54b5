// World: what a script has open, and the line that its present operation prints.
#pragma once

#include <array>
#include <cstdint>
#include <sstream>
#include <string>

#include "support/bytes.h"
#include "support/random.h"
#include "system_call.h"

namespace cttimeout::test {

class World {
 public:
  static constexpr std::size_t slot_count = 6;
  /// Beyond every process id, as sockets that bind themselves take that of this process.
  static constexpr std::uint32_t first_port = 5'000'000;
  static constexpr std::uint32_t ports = 8;

  World();
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// The descriptor of a slot: a served socket, or -1.
  [[nodiscard]] int& slot(std::size_t index) { return slots_.at(index); }
  [[nodiscard]] std::size_t any_slot(Random& random) const { return random.below(slot_count); }
  [[nodiscard]] int any(Random& random) { return slots_[any_slot(random)]; }
  /// Closes what the slot has.
  void empty(std::size_t index);
  /// An epoll that watches what operations add to it.
  [[nodiscard]] int epoll() const { return epoll_; }

  /// The numbers of requests; each operation has some of its own.
  std::uint32_t sequence = 0;

  /// Adds to the line of the present operation.
  template <class T>
  World& operator<<(const T& part) {
    line_ << ' ' << part;
    return *this;
  }
  /// The line so far, which is then empty.
  [[nodiscard]] std::string take_line();

  /// Bytes that came from a socket: port ids that the kernel chose, or this process's, look alike
  /// in every run. Long ones are shortened, with a hash.
  [[nodiscard]] static std::string comparable(int socket, View bytes);
  /// A port id that was told.
  [[nodiscard]] static std::string comparable_port(std::uint32_t port);

 private:
  std::array<int, slot_count> slots_{};
  int epoll_;
  std::ostringstream line_;
};

}  // namespace cttimeout::test
