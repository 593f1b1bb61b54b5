// The command line of fake-kernel.
#include "options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <iostream>
#include <memory>
#include <optional>

#include "check/quote.h"
#include "check/report.h"
#include "process/guard.h"

namespace cttimeout::tools::wrapper {
namespace {

constexpr const char* about =
    "Runs a program, and all that it starts, with its netfilter netlink sockets served by a fake\n"
    "kernel: conntrack timeout policies without root and without a kernel module.";

constexpr const char* footer =
    "The exit status is the program's, 128 and the number of the signal that ended it, or of\n"
    "fake-kernel itself: 123 if the program succeeded but --check found more than notes, or if\n"
    "--torture found something; 125 if fake-kernel failed, 126 if the program cannot be executed,\n"
    "127 if there is no such program.";

std::string profile_names() {
  std::string names;
  for (const KernelProfile& profile : kernel_profiles) names += ' ' + std::string(profile.name);
  return names;
}

/// The usage with the program, and options with a value that may be left out as [=FILE].
class Help : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
    return "Usage: fake-kernel [OPTIONS] [--] PROGRAM [ARGUMENTS...]\n";
  }
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    constexpr std::string_view mark = "{-}";
    std::string name = CLI::Formatter::make_option_name(option, is_positional);
    const std::size_t at = name.find(mark);
    return at == std::string::npos ? name : name.replace(at, mark.size(), "[=FILE]");
  }
};

int wrong_usage(const std::string& sentence) {
  std::cerr << "fake-kernel: " << check::harmless(sentence) << "; --help tells more\n";
  return exit_failed;
}

/// What needs a second look after CLI11's.
struct Words {
  std::string profile;
  std::vector<std::string> faults;
  std::vector<std::string> holds;
};

void describe(CLI::App& app, Options& options, Words& words) {
  app.formatter(std::make_shared<Help>());
  app.footer(footer);
  app.set_version_flag("--version", "fake-kernel " CTTIMEOUT_VERSION);
  app.add_option("--profile", words.profile, "answer as that kernel:" + profile_names())
      ->type_name("NAME");
  app.add_flag("--unprivileged", options.unprivileged, "callers lack CAP_NET_ADMIN: EPERM");
  app.add_flag("--trace{-}", options.trace, "decode each message, to stderr or to FILE");
  app.add_option("--pcap", options.pcap, "write a capture that tshark opens")->type_name("FILE");
  app.add_flag("--check{-}", options.check,
               "say what is wrong in the messages, to stderr or to FILE");
  app.add_option("--check-format", options.check_format, "how --check says it")
      ->check(CLI::IsMember(check::formats()));
  app.add_option("--fault", words.faults, "let a call go wrong, as in send:enobufs@3")
      ->type_name("FAULT@N,...")
      ->allow_extra_args(false);
  app.add_flag("--torture", options.torture, "run the program once for each fault there can be")
      ->excludes("--fault", "--check", "--trace", "--pcap");
  app.add_option("--state", options.state, "keep the policies in FILE between invocations")
      ->type_name("FILE")
      ->check([](const std::string& file) { return file.empty() ? "no file is named" : ""; });
  app.add_option("--hold", words.holds, "a policy of --state is in use, as by N rules")
      ->type_name("NAME[=N]")
      ->needs("--state")
      ->allow_extra_args(false);
  app.prefix_command();
}

/// `ssh=3` or `ssh`; nullopt for a number that is none or too large.
std::optional<Hold> parse_hold(const std::string& text) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string::npos) return Hold{.policy = text};
  constexpr unsigned most = 1'000'000;
  Hold hold{.policy = text.substr(0, equals)};
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + equals + 1, end, hold.users);
  if (error != std::errc() || rest != end || hold.users == 0 || hold.users > most) {
    return std::nullopt;
  }
  return hold;
}

}  // namespace

std::variant<Options, int> parse_options(int argc, char** argv) {
  Options options;
  Words words{.profile = std::string(options.profile.name), .faults = {}, .holds = {}};
  CLI::App app(about);
  describe(app, options, words);
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
  const KernelProfile* chosen = find_profile(words.profile);
  if (chosen == nullptr) return wrong_usage("there is no profile " + words.profile);
  options.profile = *chosen;
  for (const std::string& text : words.faults) {
    const auto faults = parse_faults(text);
    if (!faults) return wrong_usage(faults.error());
    options.faults.insert(options.faults.end(), faults->begin(), faults->end());
  }
  for (const std::string& text : words.holds) {
    const auto hold = parse_hold(text);
    if (!hold) return wrong_usage("--hold " + text + ": N is a number from 1 to 1000000");
    options.holds.push_back(*hold);
  }
  return options;
}

}  // namespace cttimeout::tools::wrapper
