// The text of attributes, with slots by the names of the protocol table.
#pragma once

#include <string>

#include "support/bytes.h"

namespace cttimeout::test {

/// Of a request or a policy: what follows the nfgenmsg.
[[nodiscard]] std::string describe_attributes(View attributes);
/// Of an NLMSG_ERROR: what follows the copy of the request.
[[nodiscard]] std::string describe_ack_attributes(View attributes);

}  // namespace cttimeout::test
