// syscall_player: plays a script of system calls, or a storm of them, and prints what came of it.
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <csignal>
#include <iostream>
#include <vector>

#include "operation.h"
#include "rounds.h"
#include "storm.h"
#include "support/request.h"

namespace cttimeout::test {
namespace {

struct Arguments {
  std::uint64_t seed = 1;
  std::uint64_t operations = 300;
  std::vector<std::uint64_t> only;
  bool storm = false;
  bool rounds = false;
  int inherited = -1;
};

/// What a program does with a socket that it has inherited: 0 if it has one, else the errno.
int use_inherited(int socket) {
  int protocol = 0;
  socklen_t size = sizeof protocol;
  const long result = call(SYS_getsockopt, socket, SOL_SOCKET, SO_PROTOCOL, &protocol, &size);
  if (result < 0) return static_cast<int>(-result);
  return protocol == NETLINK_NETFILTER ? 0 : 99;
}

int play_script(const Arguments& arguments) {
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT: set before anything is written, never changed
  World world;
  if (!arguments.only.empty()) {
    for (const std::uint64_t place : arguments.only) play_operation(world, arguments.seed, place);
    return 0;
  }
  for (std::uint64_t place = 1; place <= arguments.operations; ++place) {
    play_operation(world, arguments.seed, place);
  }
  return 0;
}

}  // namespace
}  // namespace cttimeout::test

int main(int argc, char** argv) {
  cttimeout::test::Arguments arguments;
  CLI::App app{"Plays system calls drawn from a seed, and prints what comes of each."};
  app.add_option("--seed", arguments.seed, "of the script")->capture_default_str();
  app.add_option("--operations", arguments.operations, "in it")->capture_default_str();
  app.add_option("--only", arguments.only, "plays these places of the script alone")
      ->delimiter(',');
  app.add_flag("--rounds", arguments.rounds, "plays storms and scripts, each when it reads a line");
  app.add_flag("--storm", arguments.storm, "plays the storm of that seed instead");
  app.add_option("--inherited", arguments.inherited, "looks at this descriptor, and ends");
  CLI11_PARSE(app, argc, argv);
  if (arguments.inherited != -1) return cttimeout::test::use_inherited(arguments.inherited);
  if (arguments.rounds) return cttimeout::test::play_rounds(arguments.seed);
  if (arguments.storm) return cttimeout::test::play_storm(arguments.seed);
  return cttimeout::test::play_script(arguments);
}
