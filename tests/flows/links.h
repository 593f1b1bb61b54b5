// Interfaces, addresses and routes of the calling thread's network namespace, by libnl-route.
//
// Each returns 0 or an error of libnl.
#pragma once

#include <netlink/netlink.h>
#include <netlink/route/link.h>

#include "flows/handle.h"

namespace cttimeout::packets {

using RouteSocket = Handle<nl_sock, nl_socket_free>;
using Link = Handle<rtnl_link, rtnl_link_put>;
using LinkAddress = Handle<nl_addr, nl_addr_put>;

/// Null if it is refused.
[[nodiscard]] RouteSocket open_route_socket();
/// Null if the text is no address or prefix of that family.
[[nodiscard]] LinkAddress parse_link_address(const char* text, int family = AF_UNSPEC);

[[nodiscard]] int bring_up(nl_sock* socket, int index);
/// An IPv6 address. For packets that are made here IPv6 wants some address of ours to choose, even
/// where the packet brings its own; this one is ready at once, as nobody looks for a duplicate.
[[nodiscard]] int add_address(nl_sock* socket, int index, const char* text);
/// A route to that prefix by the interface.
[[nodiscard]] int add_route(nl_sock* socket, int index, const char* prefix);

}  // namespace cttimeout::packets
