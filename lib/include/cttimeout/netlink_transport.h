// A Transport on a real NETLINK_NETFILTER socket, carried by libmnl.
#pragma once

#include <cstdint>
#include <memory>

#include "cttimeout/result.h"
#include "cttimeout/transport.h"

namespace cttimeout {

/// Opens a socket in the calling thread's network namespace, binds it to a port id of the
/// kernel's choice and asks for extended acks. Closed by the destructor; close-on-exec.
/// Errors: Errc::open_failed with the errno. CAP_NET_ADMIN is not checked here but by the kernel
/// at every request, which then answers EPERM.
[[nodiscard]] Result<std::unique_ptr<Transport>> open_netlink();

/// Ticks per second of the running kernel (CONFIG_HZ), from the resolution of
/// CLOCK_MONOTONIC_COARSE, which is one tick. It bounds the timeouts that the kernel can hold.
[[nodiscard]] std::uint32_t kernel_hz();

}  // namespace cttimeout
