// The wire: a veth pair between two namespaces that takes every packet across.
#include "wire.h"

#include <fcntl.h>
#include <linux/if_addr.h>
#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <unistd.h>

#include "handle.h"

namespace cttimeout::packets {
namespace {

using Socket = Handle<nl_sock, nl_socket_free>;
using Link = Handle<rtnl_link, rtnl_link_put>;
using Address = Handle<nl_addr, nl_addr_put>;
using InterfaceAddress = Handle<rtnl_addr, rtnl_addr_put>;
using Route = Handle<rtnl_route, rtnl_route_put>;

Address parse(const char* text, int family) {
  nl_addr* address = nullptr;
  nl_addr_parse(text, family, &address);
  return Address(address);
}

Socket open_socket() {
  Socket socket(nl_socket_alloc());
  nl_connect(socket.get(), NETLINK_ROUTE);
  return socket;
}

// Without address resolution every frame goes to the sender's own hardware address, so both ends
// have the same.
void describe(rtnl_link* link) {
  rtnl_link_set_name(link, interface_name);
  rtnl_link_set_addr(link, parse("02:00:00:00:00:01", AF_LLC).get());
  rtnl_link_set_flags(link, IFF_NOARP);
}

// The far end is made where it belongs: to move an interface takes the kernel 20 times as long.
int add_pair(nl_sock* socket, const End& near, const End& far) {
  far.enter();
  const int far_space = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  near.enter();
  const Link link(rtnl_link_veth_alloc());
  const Link peer(rtnl_link_veth_get_peer(link.get()));
  describe(link.get());
  describe(peer.get());
  rtnl_link_set_ns_fd(peer.get(), far_space);
  const int error = rtnl_link_add(socket, link.get(), NLM_F_CREATE | NLM_F_EXCL);
  close(far_space);
  return error;
}

int bring_up(nl_sock* socket, int index) {
  const Link link(rtnl_link_alloc());
  rtnl_link_set_ifindex(link.get(), index);
  const Link change(rtnl_link_alloc());
  rtnl_link_set_flags(change.get(), IFF_UP);
  return rtnl_link_change(socket, link.get(), change.get(), 0);
}

// An IPv6 route needs some address of ours to choose as a source, even where the packet brings its
// own. It is ready at once only if nobody looks for a duplicate.
int add_address(nl_sock* socket, int index, const char* text, int family) {
  const InterfaceAddress address(rtnl_addr_alloc());
  rtnl_addr_set_ifindex(address.get(), index);
  rtnl_addr_set_local(address.get(), parse(text, family).get());
  rtnl_addr_set_flags(address.get(), IFA_F_NODAD);
  return rtnl_addr_add(socket, address.get(), 0);
}

int add_default_route(nl_sock* socket, int index, const char* everywhere, int family) {
  const Route route(rtnl_route_alloc());
  rtnl_route_set_family(route.get(), static_cast<std::uint8_t>(family));
  rtnl_route_set_dst(route.get(), parse(everywhere, family).get());
  rtnl_route_set_scope(route.get(), RT_SCOPE_LINK);
  rtnl_nexthop* hop = rtnl_route_nh_alloc();
  rtnl_route_nh_set_ifindex(hop, index);
  rtnl_route_add_nexthop(route.get(), hop);
  return rtnl_route_add(socket, route.get(), NLM_F_EXCL);
}

// One end, of the namespace that the thread is in.
int set_up_end(nl_sock* socket, const char* ipv6) {
  const auto index = static_cast<int>(if_nametoindex(interface_name));
  int error = bring_up(socket, index);
  if (error == 0) error = add_address(socket, index, ipv6, AF_INET6);
  if (error == 0) error = add_default_route(socket, index, "0.0.0.0/0", AF_INET);
  if (error == 0) error = add_default_route(socket, index, "::/0", AF_INET6);
  return error;
}

}  // namespace

std::optional<std::string> lay_wire(const End& near, const End& far) {
  near.enter();
  const Socket near_socket = open_socket();
  int error = add_pair(near_socket.get(), near, far);
  if (error == 0) error = set_up_end(near_socket.get(), "fd00::1/64");
  if (error == 0) {
    far.enter();
    error = set_up_end(open_socket().get(), "fd00::2/64");
    near.enter();
  }
  if (error == 0) return std::nullopt;
  return "no veth pair: " + std::string(nl_geterror(error));
}

}  // namespace cttimeout::packets
