// What the three nfct-timeout examples share: arguments, the choice of kernel, and exit statuses.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "cttimeout/client.h"

namespace examples {

/// Exit statuses beside 0.
inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;

/// A decimal number from 0 to `max`; otherwise says on stderr what is wrong with `word`.
[[nodiscard]] std::optional<unsigned> read_number(std::string_view what, std::string_view word,
                                                  unsigned max);

/// If the only argument is --help, prints `usage` and what applies to all examples.
[[nodiscard]] bool wants_help(int argc, char** argv, std::string_view usage);

/// Prints `usage` on stderr; returns exit_usage.
[[nodiscard]] int wrong_usage(std::string_view usage);

/// Runs the command on the running kernel or, if CTTIMEOUT_FAKE names a file, on a fake kernel
/// that holds the policies of that file. Says on stderr what went wrong and, where something can
/// be done about it, what. Returns the exit status.
[[nodiscard]] int run(const std::function<cttimeout::Result<void>(cttimeout::Client&)>& command);

}  // namespace examples
