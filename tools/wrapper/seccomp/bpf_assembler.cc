// BpfAssembler: classic BPF with labels, so that no jump is counted by hand.
#include "seccomp/bpf_assembler.h"

#include <stdexcept>

namespace cttimeout::tools::wrapper {

BpfAssembler::Label BpfAssembler::label() {
  places_.emplace_back();
  return Label(places_.size() - 1);
}

void BpfAssembler::place(Label label) {
  places_[label.index_] = program_.size();
}

void BpfAssembler::load(std::uint32_t offset) {
  program_.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset));
}

void BpfAssembler::jump(Label target) {
  jumps_.push_back({.at = program_.size(), .target = target});
  program_.push_back(BPF_STMT(BPF_JMP | BPF_JA, 0));
}

void BpfAssembler::jump_if_equal(std::uint32_t value, Label target) {
  compare(BPF_JEQ, value, true, target);
}

void BpfAssembler::jump_unless_equal(std::uint32_t value, Label target) {
  compare(BPF_JEQ, value, false, target);
}

void BpfAssembler::jump_if_at_least(std::uint32_t value, Label target) {
  compare(BPF_JGE, value, true, target);
}

void BpfAssembler::finish(std::uint32_t value) {
  program_.push_back(BPF_STMT(BPF_RET | BPF_K, value));
}

// A conditional jump reaches 255 instructions, BPF_JA reaches all: the condition skips a BPF_JA.
void BpfAssembler::compare(std::uint16_t how, std::uint32_t value, bool jumps_if, Label target) {
  const auto code = static_cast<std::uint16_t>(BPF_JMP | how | BPF_K);
  const auto skips_if = [&](bool holds) { return static_cast<std::uint8_t>(holds != jumps_if); };
  program_.push_back({.code = code, .jt = skips_if(true), .jf = skips_if(false), .k = value});
  jump(target);
}

std::vector<sock_filter> BpfAssembler::assemble() const {
  std::vector<sock_filter> program = program_;
  for (const Jump& jump : jumps_) {
    const auto& place = places_[jump.target.index_];
    if (!place || *place <= jump.at) throw std::logic_error("a BPF jump that is not forward");
    program[jump.at].k = static_cast<std::uint32_t>(*place - jump.at - 1);
  }
  return program;
}

}  // namespace cttimeout::tools::wrapper
