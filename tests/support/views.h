// Views: where a kernel shows what its endpoint holds, beside the messages.
#pragma once

#include "support/ground.h"

namespace cttimeout::test {

struct Views {
  bool rules = true;        ///< a rule can refer to a policy
  bool sysctls = true;      ///< the default timeouts are files below /proc/sys/net/netfilter
  bool socket_list = true;  ///< /proc/net/netlink tells which sockets have a dump pending
  bool poll_errors = true;  ///< poll() tells a pending error from data
};

/// Tries each of them in `ground`, which is not fresh afterwards.
[[nodiscard]] Views observe_views(Ground& ground);

}  // namespace cttimeout::test
