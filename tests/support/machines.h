// The machines that a test binary can be pointed at, by the words of its command line.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "support/ground.h"

namespace cttimeout::test {

/// "fake:PROFILE", or "real" for the running kernel. Otherwise: why there is no such machine.
/// For "real", `missing` is set if the name is right but this computer cannot do it.
struct NoMachine {
  std::string reason;
  bool missing = false;
};
[[nodiscard]] tl::expected<std::unique_ptr<Machine>, NoMachine> open_machine(std::string_view name);

/// Whether tests on a real kernel must fail rather than be skipped where there is none:
/// CTTIMEOUT_REQUIRE_KERNEL=1 in the environment.
[[nodiscard]] bool kernel_required();

}  // namespace cttimeout::test
