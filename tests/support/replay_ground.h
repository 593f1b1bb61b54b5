// A machine that answers from a golden file, as long as what is done on it is what was recorded.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "support/golden_file.h"
#include "support/ground.h"

namespace cttimeout::test {

class Script;

/// After the first operation that differs from the recorded one, everything fails with EIO.
class ReplayMachine final : public Machine {
 public:
  explicit ReplayMachine(Steps steps);
  ~ReplayMachine() override;

  [[nodiscard]] std::unique_ptr<Ground> new_ground() override;
  [[nodiscard]] std::string description() const override { return "recording"; }

  /// To be called at the end: the first difference to what was recorded, if any.
  [[nodiscard]] std::optional<std::string> complaint() const;

 private:
  std::shared_ptr<Script> script_;
};

}  // namespace cttimeout::test
