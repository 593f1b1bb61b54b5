// The five commands of the subsystem.
#pragma once

#include <linux/netlink.h>

#include "nla.h"

namespace cttimeout {

class Namespace;
class Socket;

/// A request that passed the layers below.
struct Call {
  Namespace& net;
  Socket& socket;
  const nlmsghdr& header;
  const Attributes& attributes;
};

/// Returns 0, an errno, or started_dump.
using Command = int (*)(const Call& call);

/// The dump answers in place of an ack.
inline constexpr int started_dump = -1;

/// The command of a message type (IPCTNL_MSG_TIMEOUT_*), or nullptr.
[[nodiscard]] Command find_command(unsigned type);

}  // namespace cttimeout
