// Which kernel the fake answers as. Versions are data: a profile is a name, a version, its ticks.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "cttimeout/protocol.h"

namespace cttimeout {

struct KernelProfile {
  std::string_view name;
  KernelVersion version;
  std::uint32_t hz;  ///< ticks per second; timeouts wrap at 2^32 ticks
  bool verified;     ///< true only with recordings of that kernel in tests/golden
};

/// Every profile the fake knows. A profile that is not verified follows documented differences.
inline constexpr std::array kernel_profiles{
    KernelProfile{"linux-6.1", {6, 1}, 250, false},
    KernelProfile{"linux-6.18", {6, 18}, 250, true},
};

/// The profile with that name, or nullptr.
[[nodiscard]] constexpr const KernelProfile* find_profile(std::string_view name) {
  const auto* found = std::ranges::find(kernel_profiles, name, &KernelProfile::name);
  return found == kernel_profiles.end() ? nullptr : found;
}

/// The kernel that KERNEL behaviour was recorded from, and the default.
inline constexpr KernelProfile linux_6_18 = *find_profile("linux-6.18");

}  // namespace cttimeout
