// Script: recorded steps, taken one by one by those who do the same again.
#pragma once

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <string_view>

#include "support/golden_file.h"
#include "support/operation_text.h"

namespace cttimeout::test {

class Script {
 public:
  /// Port ids of the replay. Those that the kernel had chosen have the top bit set, as there.
  static constexpr std::uint32_t process_id = 1000;
  static constexpr std::uint32_t highest_chosen_port = 0xffffefff;

  explicit Script(Steps steps) : steps_(std::move(steps)) { names_.learn_process_id(process_id); }

  /// The recorded result of the next step, which must be this operation; else "EIO", for ever.
  std::string_view take(const std::string& operation) {
    if (!complaint_.empty()) return "EIO";
    if (next_ == steps_.size()) {
      complaint_ = "the recording has ended, but there is more:\n  " + operation;
    } else if (steps_[next_].operation != operation) {
      const Step recorded{.operation = steps_[next_].operation, .line = steps_[next_].line};
      complaint_ = difference(recorded, operation);
    }
    return complaint_.empty() ? std::string_view(steps_[next_++].result) : "EIO";
  }

  [[nodiscard]] std::optional<std::string> complaint() const {
    if (!complaint_.empty()) return complaint_;
    if (next_ == steps_.size()) return std::nullopt;
    return "not done again: line " + std::to_string(steps_[next_].line) + ": " +
           steps_[next_].operation;
  }

  void enter(std::size_t number) {
    if (number != current_) take(operation::enter(number));
    current_ = number;
  }

  [[nodiscard]] std::size_t next_ground() { return ++grounds_; }
  [[nodiscard]] std::string next_label() { return socket_label(sockets_++); }
  [[nodiscard]] PortNames& names() { return names_; }

 private:
  Steps steps_;
  PortNames names_;
  std::string complaint_;
  std::size_t next_ = 0;
  std::size_t grounds_ = 0;
  std::size_t sockets_ = 0;
  std::size_t current_ = 1;
};

}  // namespace cttimeout::test
