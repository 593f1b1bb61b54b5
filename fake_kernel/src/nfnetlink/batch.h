// A datagram that begins with NFNL_MSG_BATCH_BEGIN: a transaction of one subsystem.
#pragma once

#include <linux/netfilter/nfnetlink.h>

#include <cstddef>
#include <span>

#include "core/network_namespace.h"
#include "netlink/netlink_ack.h"

namespace cttimeout::fake {

inline constexpr std::size_t nfnetlink_headers_size = NLMSG_HDRLEN + sizeof(nfgenmsg);

/// `begin` is the datagram's first message; replies to it are in the socket's queue then.
void receive_batch(const NetworkNamespace& net, Socket& socket, const Request& begin,
                   std::span<const std::byte> datagram);

}  // namespace cttimeout::fake
