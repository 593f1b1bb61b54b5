// The fake as a machine: each ground is a FakeKernel.
#pragma once

#include <memory>
#include <string>

#include "cttimeout/kernel_profile.h"
#include "support/ground.h"

namespace cttimeout::test {

class FakeMachine final : public Machine {
 public:
  explicit FakeMachine(const KernelProfile& profile) : profile_(profile) {}

  [[nodiscard]] std::unique_ptr<Ground> new_ground() override;
  [[nodiscard]] std::string description() const override;

 private:
  KernelProfile profile_;
};

}  // namespace cttimeout::test
