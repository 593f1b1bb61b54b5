// The text of a datagram: one line for each message, for golden files and failure messages.
#pragma once

#include <string>

#include "support/bytes.h"

namespace cttimeout::test {

/// Never fails: bytes that are no message are shown as hex.
[[nodiscard]] std::string describe(View datagram);

/// The same with a line for each attribute, indented, below that of its message. What is said to
/// other subsystems than that of timeout policies is named, and shown as hex.
[[nodiscard]] std::string describe_by_line(View datagram);

/// As describe(), without the middle of long datagrams.
[[nodiscard]] std::string summary(View datagram);

}  // namespace cttimeout::test
