// What handles the datagrams that sockets send to the kernel (the input of netlink_kernel_create).
#pragma once

#include <cstddef>
#include <span>

#include "core/caller.h"

namespace cttimeout::fake {

class Socket;

class NetlinkInput {
 public:
  NetlinkInput() = default;
  NetlinkInput(const NetlinkInput&) = delete;
  NetlinkInput& operator=(const NetlinkInput&) = delete;
  virtual ~NetlinkInput() = default;

  /// Handles one datagram of `socket`; the replies are in its queue then.
  virtual void receive(Socket& socket, std::span<const std::byte> datagram,
                       const Caller& caller) = 0;
};

}  // namespace cttimeout::fake
