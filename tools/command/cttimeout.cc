// cttimeout: the command line. Each subcommand is a file of its own.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "command/check_command.h"

namespace cttimeout::tools {
namespace {

int run(int argc, char** argv) {
  CLI::App app("Conntrack timeout policies: tools for people who write and test their messages.",
               "cttimeout");
  app.require_subcommand(1);
  int status = exit_clean;
  add_check_command(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_clean : exit_unusable;
  }
  return status;
}

}  // namespace
}  // namespace cttimeout::tools

int main(int argc, char** argv) {
  try {
    return cttimeout::tools::run(argc, argv);
  } catch (const std::exception& error) {  // out of memory
    std::fputs(error.what(), stderr);
    return cttimeout::tools::exit_unusable;
  }
}
