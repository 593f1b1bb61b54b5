// Endurance: one fake-kernel serves storm after storm, and keeps no descriptor and no memory.
#include "endurance.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

#include "process_tree.h"

namespace cttimeout::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr useconds_t settling_us = 200'000;
constexpr int longest_round_ms = 60'000;
constexpr auto patience = std::chrono::seconds(3);
constexpr unsigned warm_rounds = 8;  // memory grows to what it needs
constexpr long most_growth_kb = 4096;

struct Burden {
  std::size_t descriptors = 0;
  long memory_kb = 0;
};

Burden burden_of(pid_t process) {
  const std::string folder = "/proc/" + std::to_string(process);
  Burden burden;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder + "/fd")) {
    ++burden.descriptors;
  }
  std::ifstream status(folder + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) burden.memory_kb = std::stol(line.substr(6));
  }
  return burden;
}

/// The next line that the player prints; empty if none comes.
std::string read_line(int from) {
  std::string line;
  for (char letter = 0; letter != '\n';) {
    pollfd watched{.fd = from, .events = POLLIN, .revents = 0};
    if (poll(&watched, 1, longest_round_ms) <= 0 || read(from, &letter, 1) != 1) return {};
    line += letter;
  }
  return line;
}

/// Its descriptors once it has let go of what nobody has any more.
Burden burden_at_rest(pid_t process, std::size_t expected) {
  const auto end = Clock::now() + patience;
  Burden burden = burden_of(process);
  while (burden.descriptors > expected && Clock::now() < end) {
    usleep(20'000);
    burden = burden_of(process);
  }
  return burden;
}

}  // namespace

std::string endure(const Programs& programs, Where where, std::uint64_t seed,
                   std::chrono::seconds duration, StormFigures& figures) {
  Run running(programs, where, {"--rounds", "--seed=" + std::to_string(seed)});
  const auto end = Clock::now() + duration;
  std::string wrong;
  Burden first;
  Burden warm;
  Burden last;
  unsigned rounds = 0;
  while (wrong.empty() && Clock::now() < end) {
    const std::string line = read_line(running.output());
    if (line.empty()) {
      wrong = "round " + std::to_string(seed + rounds) + " hangs, or fake-kernel has ended\n" +
              describe_tree(running.process());
      break;
    }
    figures.add(line);
    if (!line.starts_with("round")) {
      if (line.starts_with("WRONG")) wrong = line + "in round " + std::to_string(seed + rounds);
      continue;
    }
    if (rounds == 0) {
      usleep(settling_us);
      first = burden_of(running.process());
    }
    last = burden_at_rest(running.process(), first.descriptors);
    if (rounds == warm_rounds) warm = last;
    if (last.descriptors > first.descriptors) {
      wrong = "fake-kernel has " + std::to_string(last.descriptors) + " descriptors after round " +
              std::to_string(seed + rounds) + ", and had " + std::to_string(first.descriptors);
    }
    ++rounds;
    [[maybe_unused]] const ssize_t written = write(running.input(), "\n", 1);
  }
  if (rounds > warm_rounds && last.memory_kb > warm.memory_kb + most_growth_kb) {
    wrong = "fake-kernel has grown from " + std::to_string(warm.memory_kb) + " KB to " +
            std::to_string(last.memory_kb) + " KB in " + std::to_string(rounds) + " rounds";
  }
  kill(running.process(), SIGKILL);
  const Ended ended = running.finish(patience);
  if (wrong.empty() && ended.left) wrong = "somebody is left after fake-kernel was killed";
  std::cout << to_string(where) << ": " << rounds << " rounds, " << last.descriptors
            << " descriptors, at first " << first.descriptors << "; " << last.memory_kb
            << " KB, warm " << warm.memory_kb << '\n';
  return wrong;
}

}  // namespace cttimeout::test
