// A machine that writes down what is done on another one, and what comes of it.
#pragma once

#include <memory>
#include <string>

#include "support/golden_file.h"
#include "support/ground.h"

namespace cttimeout::test {

class PortNames;
class Recorder;

/// Its grounds and sockets forward to those of `inner`, which must outlive it.
class RecordingMachine final : public Machine {
 public:
  explicit RecordingMachine(Machine& inner);
  ~RecordingMachine() override;

  [[nodiscard]] std::unique_ptr<Ground> new_ground() override;
  [[nodiscard]] std::string description() const override { return inner_.description(); }

  /// Everything so far, in order.
  [[nodiscard]] const Steps& steps() const;
  /// What it calls the port ids so far.
  [[nodiscard]] const PortNames& names() const;

 private:
  Machine& inner_;
  std::shared_ptr<Recorder> recorder_;
};

}  // namespace cttimeout::test
