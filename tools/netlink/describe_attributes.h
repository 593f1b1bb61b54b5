// The text of attributes, with slots by the names of the protocol table.
#pragma once

#include <cstdint>
#include <string>

#include "netlink/bytes.h"

namespace cttimeout::tools {

/// How one attribute follows another, and those of a nest that which they are in.
enum class Layout : std::uint8_t { in_one_line, line_by_line };

/// For a request or a policy: the bytes after the nfgenmsg.
[[nodiscard]] std::string describe_attributes(Bytes attributes, Layout layout);
/// For an NLMSG_ERROR: the bytes after the copy of the request.
[[nodiscard]] std::string describe_ack_attributes(Bytes attributes, Layout layout);

}  // namespace cttimeout::tools
