// cttimeout: the command line. Each subcommand is a file of its own.
#include <CLI/CLI.hpp>

#include "check_command.h"

int main(int argc, char** argv) {
  CLI::App app("Conntrack timeout policies: tools for who writes and tests their messages.",
               "cttimeout");
  app.require_subcommand(1);
  int status = cttimeout::tools::exit_clean;
  cttimeout::tools::add_check_command(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? cttimeout::tools::exit_clean : cttimeout::tools::exit_unusable;
  }
  return status;
}
