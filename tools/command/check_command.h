// The subcommand `cttimeout check`.
#pragma once

namespace CLI {
class App;
}

namespace cttimeout::tools {

/// What a command ends with.
enum ExitStatus : int { exit_clean = 0, exit_findings = 1, exit_unusable = 2 };

/// Adds the subcommand; if it was chosen, its exit status is in `status` after parsing.
void add_check_command(CLI::App& app, int& status);

}  // namespace cttimeout::tools
