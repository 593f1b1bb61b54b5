// Recorder: the steps so far, and what the golden file calls the sockets and port ids in them.
#pragma once

#include <memory>
#include <string>

#include "support/golden_file.h"
#include "support/operation_text.h"

namespace cttimeout::test {

/// Shared by the grounds and sockets of one recording.
class Recorder {
 public:
  void add(std::string operation, std::string result = {}, std::string note = {}) {
    steps_.push_back({std::move(operation), std::move(result), std::move(note)});
  }

  /// Notes that what follows happens in the n-th network namespace.
  void enter(std::size_t number) {
    if (number != current_) add(operation::enter(number));
    current_ = number;
  }

  [[nodiscard]] std::size_t next_ground() { return ++grounds_; }
  [[nodiscard]] std::string next_label() { return socket_label(sockets_++); }
  [[nodiscard]] PortNames& names() { return names_; }
  [[nodiscard]] const Steps& steps() const { return steps_; }

 private:
  Steps steps_;
  PortNames names_;
  std::size_t grounds_ = 0;
  std::size_t sockets_ = 0;
  std::size_t current_ = 1;
};

}  // namespace cttimeout::test
