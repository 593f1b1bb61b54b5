// The one place where a verdict becomes an NLMSG_ERROR.
#pragma once

#include <linux/netlink.h>

#include <cstddef>
#include <span>

#include "netlink/nla.h"

namespace cttimeout::fake {

class Socket;

/// One request as it lies in its datagram.
struct Request {
  nlmsghdr header;
  std::span<const std::byte> message;  ///< header and payload: header.nlmsg_len bytes
};

/// Queues the reply to a request: errno 0 is success. Dropped if the socket's queue is full.
void netlink_ack(Socket& socket, const Request& request, int error,
                 const ExtendedAck& extended = {});

}  // namespace cttimeout::fake
