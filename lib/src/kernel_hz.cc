// The kernel's ticks per second. By itself, so that who opens no socket links no libmnl.
#include <ctime>

#include "cttimeout/netlink_transport.h"

namespace cttimeout {

std::uint32_t kernel_hz() {
  constexpr long nanoseconds_per_second = 1'000'000'000;
  timespec tick{};
  if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) < 0 || tick.tv_nsec == 0) {
    return 1000;  // the strictest of the kernel's choices
  }
  return static_cast<std::uint32_t>((nanoseconds_per_second + tick.tv_nsec / 2) / tick.tv_nsec);
}

}  // namespace cttimeout
