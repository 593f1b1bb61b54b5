// Whether bytes look like a netlink message, for readers that must choose between two readings.
#pragma once

#include <optional>
#include <span>

#include "check/readers/capture.h"
#include "netlink/bytes.h"

namespace cttimeout::tools::check {

/// nlmsg_len and the length of the first attribute fit, and nlmsg_type is one that netfilter has:
/// in the byte order of `datagram`. What makes sense in one byte order hardly ever does in the
/// other; a message with a fault in its header makes sense in none.
[[nodiscard]] bool makes_sense(Bytes datagram);

/// makes_sense() in any byte order.
[[nodiscard]] bool makes_sense_somehow(std::span<const std::byte> datagram);

/// In any byte order it begins with a message about timeout policies whose length fits; the rest
/// may be anything.
[[nodiscard]] bool begins_with_ours(std::span<const std::byte> datagram);

/// Messages, one after the other, up to the last byte, in any byte order.
[[nodiscard]] bool is_whole(std::span<const std::byte> datagram);

/// The byte order in which the datagrams make sense; nullopt if both do, or none, or if one
/// datagram says this and another that.
[[nodiscard]] std::optional<std::endian> recognised_order(std::span<const Event> events);

}  // namespace cttimeout::tools::check
