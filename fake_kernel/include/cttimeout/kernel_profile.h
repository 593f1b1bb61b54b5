// Which kernel the fake answers as. Versions are data: a profile is a name and a few numbers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cttimeout/protocol.h"

namespace cttimeout {

/// One kernel, as far as the fake knows its peculiarities.
struct KernelProfile {
  std::string_view name;   ///< as programs and recordings say it: "linux-6.18"
  KernelVersion version;   ///< decides what it has, and how it behaves
  std::uint32_t hz;        ///< ticks per second, 0 stands for 1; timeouts wrap at 2^32 ticks
  std::size_t small_room;  ///< datagrams up to this size are charged alike (K-MEM-1)
  bool verified;           ///< true only with recordings of that kernel in tests/golden
};

/// Every profile the fake knows. A profile that is not verified follows documented differences.
///
/// A line stands for its newest stable release, and the numbers for one build of that: Debian's, or
/// for 6.18 one without tunnels and wireless, which need room for headers in small datagrams.
inline constexpr std::array kernel_profiles{
    KernelProfile{"linux-5.10", {5, 10}, 250, 192, true},
    KernelProfile{"linux-6.1", {6, 1}, 250, 192, true},
    KernelProfile{"linux-6.12", {6, 12}, 250, 384, true},
    KernelProfile{"linux-6.18", {6, 18}, 250, 256, true},
    KernelProfile{"linux-7.2", {7, 2}, 250, 384, true},
};

/// The profile with that name, or nullptr.
[[nodiscard]] constexpr const KernelProfile* find_profile(std::string_view name) {
  const auto* found = std::ranges::find(kernel_profiles, name, &KernelProfile::name);
  return found == kernel_profiles.end() ? nullptr : found;
}

/// The kernel that the rules of FIDELITY.md were observed on, and the default.
inline constexpr KernelProfile linux_6_18 = *find_profile("linux-6.18");

}  // namespace cttimeout
