// Runs a seccomp filter as the kernel would, for calls of any kind.
#include "filter_program.h"

#include <cstring>

namespace cttimeout {
namespace {

/// The word that it would load; nullopt if that lies outside of the call.
std::optional<std::uint32_t> load(const seccomp_data& call, std::uint32_t offset) {
  if (offset % 4 != 0 || offset > sizeof call - sizeof offset) return std::nullopt;
  std::uint32_t word = 0;
  std::memcpy(&word, reinterpret_cast<const char*>(&call) + offset, sizeof word);
  return word;
}

/// How many instructions a jump skips; nullopt if it is none that there is.
std::optional<std::size_t> skipped(const sock_filter& jump, std::uint32_t word) {
  switch (jump.code) {
    case BPF_JMP | BPF_JA:
      return jump.k;
    case BPF_JMP | BPF_JEQ | BPF_K:
      return word == jump.k ? jump.jt : jump.jf;
    case BPF_JMP | BPF_JGE | BPF_K:
      return word >= jump.k ? jump.jt : jump.jf;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<std::uint32_t> run_filter(std::span<const sock_filter> program,
                                        const seccomp_data& call) {
  std::uint32_t word = 0;
  for (std::size_t at = 0; at < program.size(); ++at) {
    const sock_filter& instruction = program[at];
    if (instruction.code == (BPF_RET | BPF_K)) return instruction.k;
    if (instruction.code == (BPF_LD | BPF_W | BPF_ABS)) {
      const auto loaded = load(call, instruction.k);
      if (!loaded) return std::nullopt;
      word = *loaded;
      continue;
    }
    const auto skips = skipped(instruction, word);
    if (!skips) return std::nullopt;
    at += *skips;
  }
  return std::nullopt;
}

}  // namespace cttimeout
