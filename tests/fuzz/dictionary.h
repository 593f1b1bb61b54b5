// Dictionaries for engines, from the protocol table.
#pragma once

#include <string>

namespace cttimeout::test {

/// Types, flags, attribute headers, numbers of protocols, timeouts at the limits.
[[nodiscard]] std::string netlink_dictionary();

/// Words of the text form.
[[nodiscard]] std::string text_dictionary();

}  // namespace cttimeout::test
