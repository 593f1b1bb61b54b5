// Rounds: a process that plays a storm or a script at a time, each in a child, and says when.
#include "rounds.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "system_call.h"

namespace cttimeout::test {
namespace {

void play_round(std::uint64_t seed) {
  const bool storms = seed % 3 != 0;
  const std::string argument = "--seed=" + std::to_string(seed);
  if (!storms) dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
  execl("/proc/self/exe", "syscall_player", argument.c_str(), storms ? "--storm" : nullptr,
        nullptr);
  _exit(103);
}

}  // namespace

int play_rounds(std::uint64_t seed) {
  const pid_t parent = getpid();
  for (;; ++seed) {
    const pid_t child = fork();
    if (child == 0) {
      end_with(parent);
      play_round(seed);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) {
      std::printf("WRONG: seed %llu ends with %d\n", static_cast<unsigned long long>(seed), status);
    }
    std::printf("round %llu\n", static_cast<unsigned long long>(seed));
    std::fflush(stdout);
    if (std::getchar() == EOF) return 0;
  }
}

}  // namespace cttimeout::test
