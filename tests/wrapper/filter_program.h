// Runs a seccomp filter as the kernel would, for calls of any kind.
#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <cstdint>
#include <optional>
#include <span>

namespace cttimeout {

/// What the program returns for this call; nullopt if it does what the kernel would not have
/// accepted: an unknown instruction, a read outside of the call, a jump or a way out beyond its
/// end.
[[nodiscard]] std::optional<std::uint32_t> run_filter(std::span<const sock_filter> program,
                                                      const seccomp_data& call);

}  // namespace cttimeout
