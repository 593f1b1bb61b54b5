// Netlink messages that strace has taken apart, put together again.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "check/readers/strace_value.h"

namespace cttimeout::tools::check {

/// What is known of the bytes of one buffer.
struct KnownBytes {
  std::vector<std::byte> bytes = {};  ///< all of them; or, if cut, the first ones
  bool cut = false;                   ///< strace did not print the rest
  bool apart = false;        ///< because it took a buffer apart that begins inside of a message
  bool address = false;      ///< because it printed where they are, not what they are
  bool filled = false;       ///< padding was not printed, and is taken for zero
  std::string problem = {};  ///< why they are not known at all; empty if they are
};

/// Of a buffer with `size` bytes that were sent. Of messages to other subsystems the header is
/// kept, and zeros for the rest.
[[nodiscard]] KnownBytes sent_bytes(const Value& value, std::size_t size);

/// Of one that begins inside of a message, which strace takes for the beginning of one: what it
/// prints counts only if it is every byte; otherwise they are cut and apart.
[[nodiscard]] KnownBytes inner_bytes(const Value& value, std::size_t size);

/// Of a buffer into which `size` bytes were received: enough to see what they answer, with the
/// headers and zeros for the rest. Cut if there may be more headers than are known.
[[nodiscard]] KnownBytes received_bytes(const Value& value, std::size_t size);

}  // namespace cttimeout::tools::check
