// Text of the programs under check, as it may stand in a line of ours.
#pragma once

#include <string>
#include <string_view>

namespace cttimeout::tools::check {

/// The text itself, if it is of printable ASCII and nothing that GitHub takes for a command;
/// otherwise the text in quotes, with \xNN for everything else.
[[nodiscard]] std::string harmless(std::string_view text);

/// The sentence with \xNN for what is not printable ASCII, and without commands of GitHub: for
/// what quotes a file or a library.
[[nodiscard]] std::string printable(std::string_view sentence);

/// The text without "##[", which begins a command of GitHub wherever it stands.
[[nodiscard]] std::string without_commands(std::string text, std::string_view instead = "#\\x23[");

}  // namespace cttimeout::tools::check
