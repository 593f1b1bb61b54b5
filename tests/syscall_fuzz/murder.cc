// Kills fake-kernel, its guard or the program at a random moment of a storm: nobody may be left.
#include "murder.h"

#include <unistd.h>

#include <csignal>
#include <fstream>

#include "support/random.h"

namespace cttimeout::test {
namespace {

constexpr auto longest_end = std::chrono::seconds(10);

/// The first child of a process; -1 if it has none.
pid_t child_of(pid_t process) {
  const std::string number = std::to_string(process);
  std::ifstream file("/proc/" + number + "/task/" + number + "/children");
  pid_t child = -1;
  file >> child;
  return file ? child : -1;
}

}  // namespace

std::string kill_at_random(const Programs& programs, Where where, std::uint64_t seed) {
  Random random(seed);
  Run running(programs, where,
              {random.chance(1, 2) ? "--rounds" : "--storm", "--seed=" + std::to_string(seed)});
  usleep(static_cast<useconds_t>(random.below(random.chance(1, 2) ? 8000 : 150'000)));
  const std::size_t generations = random.below(3);  // fake-kernel, guard, program
  pid_t victim = running.process();
  for (std::size_t i = 0; i < generations && victim > 0; ++i) victim = child_of(victim);
  const int signal = generations == 0 ? random.of<int>({SIGKILL, SIGKILL, SIGTERM}) : SIGKILL;
  if (victim > 0) kill(victim, signal);
  const Ended ended = running.finish(longest_end);
  if (victim <= 0) return {};  // it had ended before
  const std::string what =
      "signal " + std::to_string(signal) + " to generation " + std::to_string(generations) + ": ";
  if (ended.hung) return what + "fake-kernel goes on\n" + ended.doing;
  if (ended.left) return what + "somebody is left behind";
  return {};
}

}  // namespace cttimeout::test
