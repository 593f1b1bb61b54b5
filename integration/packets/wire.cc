// The wire: a veth pair between two namespaces that takes every packet across.
#include "wire.h"

#include <fcntl.h>
#include <net/if.h>
#include <netlink/errno.h>
#include <netlink/route/link/veth.h>
#include <unistd.h>

#include "flows/links.h"

namespace cttimeout::packets {
namespace {

// Without address resolution every frame goes to the sender's own hardware address, so both ends
// have the same.
void describe(rtnl_link* link) {
  rtnl_link_set_name(link, interface_name);
  rtnl_link_set_addr(link, parse_link_address("02:00:00:00:00:01", AF_LLC).get());
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

// One end, of the namespace that the thread is in.
int set_up_end(nl_sock* socket, const char* ipv6) {
  const auto index = static_cast<int>(if_nametoindex(interface_name));
  int error = bring_up(socket, index);
  if (error == 0) error = add_address(socket, index, ipv6);
  if (error == 0) error = add_route(socket, index, "0.0.0.0/0");
  if (error == 0) error = add_route(socket, index, "::/0");
  return error;
}

}  // namespace

std::optional<std::string> lay_wire(const End& near, const End& far) {
  near.enter();
  const RouteSocket near_socket = open_route_socket();
  int error = add_pair(near_socket.get(), near, far);
  if (error == 0) error = set_up_end(near_socket.get(), "fd00::1/64");
  if (error == 0) {
    far.enter();
    error = set_up_end(open_route_socket().get(), "fd00::2/64");
    near.enter();
  }
  if (error == 0) return std::nullopt;
  return "no veth pair: " + std::string(nl_geterror(error));
}

}  // namespace cttimeout::packets
