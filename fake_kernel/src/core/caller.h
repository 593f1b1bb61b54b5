// The process that makes a call.
#pragma once

#include "cttimeout/netlink_socket.h"

namespace cttimeout::fake {

struct Caller {
  Credentials credentials;
  bool capable;  ///< has CAP_NET_ADMIN over the network namespace
};

}  // namespace cttimeout::fake
