// The running kernel as a machine: each ground is a network namespace of this process.
#pragma once

#include <memory>
#include <string>

#include "support/ground.h"

namespace cttimeout::test {

class RealMachine final : public Machine {
 public:
  /// Gives the process a user namespace of its own and looks whether the kernel has the endpoint.
  /// Call it once, before there are threads. Otherwise: why it cannot be.
  [[nodiscard]] static tl::expected<std::unique_ptr<Machine>, std::string> open();

  /// Aborts if the kernel has run out of namespaces.
  [[nodiscard]] std::unique_ptr<Ground> new_ground() override;
  [[nodiscard]] std::string description() const override;
};

}  // namespace cttimeout::test
