// The command line of fake-kernel.
#include "options.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "process_tree.h"

namespace cttimeout::wrapper {
namespace {

constexpr const char* about =
    "fake-kernel [OPTIONS] [--] PROGRAM [ARGUMENTS...]\n\n"
    "Runs a program, and all that it starts, with its netfilter netlink sockets served by a fake\n"
    "kernel: conntrack timeout policies without root and without a kernel module.";

constexpr const char* footer =
    "The exit status is the program's, 128 and the number of the signal that ended it, or of\n"
    "fake-kernel itself: 125 if it failed, 126 if the program cannot be executed, 127 if there is\n"
    "no such program.";

std::string profile_names() {
  std::string names;
  for (const KernelProfile& profile : kernel_profiles) names += ' ' + std::string(profile.name);
  return names;
}

int wrong_usage(const std::string& sentence) {
  std::cerr << "fake-kernel: " << sentence << "; --help tells more\n";
  return exit_failed;
}

void describe(CLI::App& app, Options& options, std::string& profile) {
  app.footer(footer);
  app.set_version_flag("--version", "fake-kernel " CTTIMEOUT_VERSION);
  app.add_option("--profile", profile, "answer as that kernel:" + profile_names())
      ->type_name("NAME");
  app.add_flag("--unprivileged", options.unprivileged, "callers lack CAP_NET_ADMIN: EPERM");
  app.add_flag("--trace{-}", options.trace, "decode each message, to stderr or to =FILE");
  app.add_option("--pcap", options.pcap, "write a capture that tshark opens")->type_name("FILE");
  app.add_option("--state", options.state, "keep the policies in FILE between invocations")
      ->type_name("FILE");
  app.prefix_command();
}

}  // namespace

std::variant<Options, int> parse_options(int argc, char** argv) {
  Options options;
  std::string profile(options.profile.name);
  CLI::App app(about);
  describe(app, options, profile);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {
    return app.exit(done);
  } catch (const CLI::ParseError& error) {
    return wrong_usage(error.what());
  }
  options.command = app.remaining();
  if (!options.command.empty() && options.command.front() == "--") {
    options.command.erase(options.command.begin());
  } else if (!options.command.empty() && options.command.front().starts_with('-')) {
    return wrong_usage("there is no option " + options.command.front());
  }
  if (options.command.empty()) return wrong_usage("no program is named");
  const KernelProfile* chosen = find_profile(profile);
  if (chosen == nullptr) return wrong_usage("there is no profile " + profile);
  options.profile = *chosen;
  return options;
}

}  // namespace cttimeout::wrapper
