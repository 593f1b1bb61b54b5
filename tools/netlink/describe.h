// The text of a datagram: one line for each message, for golden files and failure messages.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace cttimeout::tools {

/// Never fails: bytes that are no message are shown as hex.
[[nodiscard]] std::string describe(std::span<const std::byte> datagram);

/// The same with a line for each attribute, indented, below that of its message. What is said to
/// other subsystems than that of timeout policies is named, and shown as hex.
[[nodiscard]] std::string describe_by_line(std::span<const std::byte> datagram);

/// As describe(), without the middle of long datagrams.
[[nodiscard]] std::string summary(std::span<const std::byte> datagram);

}  // namespace cttimeout::tools
