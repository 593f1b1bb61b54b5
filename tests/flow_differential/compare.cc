// Comparison: the same sequences on the fake and on another ground.
#include "compare.h"

#include <chrono>
#include <vector>

namespace cttimeout::test {
namespace {

/// The flow that an act is about, if its bytes tell.
void take_key(const Act& act, const KernelProfile& profile, std::optional<Tuple>& key) {
  if (act.kind == Act::Kind::set_timeout || act.kind == Act::Kind::remove_flow) key = act.tuple;
  if (act.kind != Act::Kind::packet) return;
  const Packet packet = parse_packet(act.bytes, profile);
  if (packet.flaw == Flaw::malformed) return;
  const auto* error = std::get_if<IcmpError>(&packet.transport);
  if (error == nullptr) {
    key = packet.tuple;
  } else if (error->quoted) {
    key = error->quoted;
  }
}

}  // namespace

Comparison::Comparison(const KernelProfile& profile, FlowGround& fake, FlowGround& other)
    : profile_(profile),
      fake_ground_(fake),
      other_ground_(other),
      fake_(fake, profile),
      other_(other, profile) {}

std::optional<Difference> Comparison::play(std::span<const Sequence> sequences) {
  followed_ = Clock::now();
  std::vector<Progress> progress(sequences.size());
  std::optional<Difference> difference;
  bool again = true;
  while (again && !difference) {
    again = false;
    for (std::size_t i = 0; i < sequences.size() && !difference; ++i) {
      difference = play_to_pause(sequences[i], progress[i]);
      if (difference) difference->sequence = i;
      again = again || progress[i].next < sequences[i].size();
    }
    if (again && !difference) {
      fake_ground_.pass_time(long_pause);
      other_ground_.pass_time(long_pause);
      followed_ = Clock::now();
    }
  }
  fake_.restore();
  other_.restore();
  return difference;
}

std::optional<Difference> Comparison::play_to_pause(const Sequence& sequence, Progress& progress) {
  while (progress.next < sequence.size()) {
    const std::size_t index = progress.next++;
    const Act& act = sequence[index];
    if (act.kind == Act::Kind::pause) return std::nullopt;
    take_key(act, profile_, progress.key);
    if (act.kind == Act::Kind::packet) ++packets_;
    follow_time();
    Outcome fake = fake_.play(act, progress.key);
    Outcome other = other_.play(act, progress.key);
    if (!alike(fake, other)) {
      return Difference{.sequence = 0, .act = index, .fake = fake, .other = other};
    }
  }
  return std::nullopt;
}

void Comparison::follow_time() {
  using std::chrono::milliseconds;
  const auto passed = std::chrono::floor<milliseconds>(Clock::now() - followed_);
  if (passed == milliseconds::zero()) return;
  fake_ground_.pass_time(passed);
  followed_ += passed;
}

Sequence Comparison::shrink(Sequence sequence) {
  const auto differs = [&](const Sequence& candidate) -> std::optional<Difference> {
    flush_flows();
    return play(std::span(&candidate, 1));
  };
  if (const auto difference = differs(sequence)) sequence.resize(difference->act + 1);
  for (std::size_t part = sequence.size() / 2; part > 0; part /= 2) {
    for (std::size_t at = 0; at + part <= sequence.size();) {
      Sequence candidate = sequence;
      const auto begin = candidate.begin() + static_cast<std::ptrdiff_t>(at);
      candidate.erase(begin, begin + static_cast<std::ptrdiff_t>(part));
      if (differs(candidate)) {
        sequence = std::move(candidate);
      } else {
        at += part;
      }
    }
  }
  return sequence;
}

void Comparison::flush_flows() {
  fake_.flush_flows();
  other_.flush_flows();
}

}  // namespace cttimeout::test
