// Netlink messages that strace has taken apart, put together again.
#pragma once

#include <cstddef>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "check/readers/strace_value.h"

namespace cttimeout::check {

/// The bytes of a datagram of `size` bytes. What strace does not print, padding, becomes zero.
/// Of messages to other subsystems only the header is kept. Otherwise: why they are not known.
[[nodiscard]] tl::expected<std::vector<std::byte>, std::string> datagram_of(const Value& value,
                                                                            std::size_t size);

/// Enough of an answer to see what it answers: headers, as far as they were printed.
[[nodiscard]] std::vector<std::byte> headers_of(const Value& value, std::size_t size);

}  // namespace cttimeout::check
