// Interfaces, addresses and routes, by libnl-route.
#include "flows/links.h"

#include <linux/if_addr.h>
#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/route/addr.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>

#include <cstdint>

namespace cttimeout::packets {
namespace {

using InterfaceAddress = Handle<rtnl_addr, rtnl_addr_put>;
using Route = Handle<rtnl_route, rtnl_route_put>;

}  // namespace

RouteSocket open_route_socket() {
  RouteSocket socket(nl_socket_alloc());
  if (nl_connect(socket.get(), NETLINK_ROUTE) != 0) return nullptr;
  return socket;
}

LinkAddress parse_link_address(const char* text, int family) {
  nl_addr* address = nullptr;
  return nl_addr_parse(text, family, &address) == 0 ? LinkAddress(address) : nullptr;
}

int bring_up(nl_sock* socket, int index) {
  const Link link(rtnl_link_alloc());
  rtnl_link_set_ifindex(link.get(), index);
  const Link change(rtnl_link_alloc());
  rtnl_link_set_flags(change.get(), IFF_UP);
  return rtnl_link_change(socket, link.get(), change.get(), 0);
}

int add_address(nl_sock* socket, int index, const char* text) {
  const InterfaceAddress address(rtnl_addr_alloc());
  rtnl_addr_set_ifindex(address.get(), index);
  rtnl_addr_set_local(address.get(), parse_link_address(text, AF_INET6).get());
  rtnl_addr_set_flags(address.get(), IFA_F_NODAD);
  return rtnl_addr_add(socket, address.get(), 0);
}

int add_route(nl_sock* socket, int index, const char* prefix) {
  const LinkAddress destination = parse_link_address(prefix);
  if (destination == nullptr) return -NLE_INVAL;
  const Route route(rtnl_route_alloc());
  rtnl_route_set_family(route.get(),
                        static_cast<std::uint8_t>(nl_addr_get_family(destination.get())));
  rtnl_route_set_dst(route.get(), destination.get());
  rtnl_route_set_scope(route.get(), RT_SCOPE_LINK);
  rtnl_nexthop* hop = rtnl_route_nh_alloc();
  rtnl_route_nh_set_ifindex(hop, index);
  rtnl_route_add_nexthop(route.get(), hop);
  return rtnl_route_add(socket, route.get(), NLM_F_EXCL);
}

}  // namespace cttimeout::packets
