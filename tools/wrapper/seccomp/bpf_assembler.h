// BpfAssembler: classic BPF with labels, so that no jump is counted by hand.
#pragma once

#include <linux/filter.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace cttimeout::tools::wrapper {

/// Builds one program, in the order of the calls. Jumps go forward, as the kernel demands.
class BpfAssembler {
 public:
  /// A place in the program that jumps can name before it is reached.
  class Label {
   private:
    friend class BpfAssembler;
    explicit Label(std::size_t index) : index_(index) {}
    std::size_t index_;
  };

  /// A new label, which has no place yet.
  [[nodiscard]] Label label();
  /// The label names the next instruction.
  void place(Label label);

  /// Loads the 32-bit word at this offset of the program's input (struct seccomp_data).
  void load(std::uint32_t offset);
  void jump(Label target);
  // Each of these compares the loaded word with `value`, unsigned, and goes on if it does not jump.
  void jump_if_equal(std::uint32_t value, Label target);
  void jump_unless_equal(std::uint32_t value, Label target);
  void jump_if_at_least(std::uint32_t value, Label target);
  /// Ends the program with this value.
  void finish(std::uint32_t value);

  /// The program, its jumps resolved. Throws std::logic_error if a jump goes backward or to a label
  /// without a place.
  [[nodiscard]] std::vector<sock_filter> assemble() const;

 private:
  struct Jump {
    std::size_t at;  ///< of the instruction BPF_JA
    Label target;
  };

  void compare(std::uint16_t how, std::uint32_t value, bool jumps_if, Label target);

  std::vector<sock_filter> program_;
  std::vector<Jump> jumps_;
  std::vector<std::optional<std::size_t>> places_;  // by label
};

}  // namespace cttimeout::tools::wrapper
