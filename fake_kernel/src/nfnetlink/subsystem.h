// One subsystem of nfnetlink: the commands that it has, and how one is run.
#pragma once

#include <linux/netlink.h>

#include "netlink/nla.h"

namespace cttimeout::fake {

class Socket;

/// A request whose attributes keep the rules of its command.
struct ParsedRequest {
  Socket& socket;
  const nlmsghdr& header;
  const Attributes& attributes;
};

/// A subsystem of one network namespace (struct nfnetlink_subsystem).
class Subsystem {
 public:
  /// The dump that was started replies in place of an ack.
  static constexpr int started_dump = -1;

  Subsystem() = default;
  Subsystem(const Subsystem&) = delete;
  Subsystem& operator=(const Subsystem&) = delete;
  virtual ~Subsystem() = default;

  /// What the attributes of a command must be, by its message type without the subsystem; nullptr
  /// if there is no such command.
  [[nodiscard]] virtual const AttributeRules* find_command(unsigned type) const = 0;
  /// Runs a command that there is. Returns 0, an errno, or started_dump.
  virtual int run(unsigned type, const ParsedRequest& request) = 0;
};

}  // namespace cttimeout::fake
