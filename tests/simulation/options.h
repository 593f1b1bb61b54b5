// What one simulation is like: drawn from its seed, some features in and most out (swarm testing).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "cttimeout/faults.h"
#include "cttimeout/kernel_profile.h"
#include "support/random.h"

namespace cttimeout::test {

/// What a client does next.
enum class Action : std::uint8_t {
  add,
  replace,
  get,
  list,
  remove,
  flush,
  get_default,
  set_default,
  apply,
};
inline constexpr std::size_t action_count = 9;

struct Options {
  KernelProfile profile = linux_6_18;
  std::size_t clients = 1;
  std::size_t names = 1;
  std::array<unsigned, action_count> weights{};  ///< of each Action
  std::vector<Fault> faults = {};                ///< those that may be injected into a call
  unsigned fault_percent = 0;                    ///< of operations during which a fault is planned
  unsigned allocation_percent = 0;  ///< of operations in which the kernel lacks memory once
  unsigned capability_percent = 0;  ///< of operations before which the capability changes
  unsigned stranger_percent = 0;    ///< of operations into which a stranger writes
  bool small_buffers = false;       ///< clients' receive buffers hold hardly anything
  bool rules = false;               ///< rules hold policies; only where that protects them
  bool flows = false;               ///< some of them give policies to flows
};

[[nodiscard]] Options draw_options(Random& random);

/// One line.
[[nodiscard]] std::string to_string(const Options& options);

}  // namespace cttimeout::test
