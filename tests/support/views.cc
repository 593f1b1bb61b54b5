// What a kernel shows beside its messages, found out by looking for a change there.
#include "support/views.h"

#include <poll.h>
#include <sys/socket.h>

#include "support/request.h"

namespace cttimeout::test {
namespace {

void send(NetlinkSocket& socket, const Bytes& request) {
  static_cast<void>(socket.send(request, NetlinkAddress{}));
}

bool shows_rules(Ground& ground) {
  const bool held = ground.hold("probe");
  if (held) ground.release("probe");
  return held;
}

bool shows_sysctls(Ground& ground, NetlinkSocket& socket) {
  send(socket, set_default(generic, {{1, 4711}}));
  return ground.read_sysctl("nf_conntrack_generic_timeout") == "4711";
}

bool shows_dumps(NetlinkSocket& socket) {
  send(socket, dump_policies());
  return socket.memory().dumping;
}

bool shows_errors(NetlinkSocket& socket) {
  constexpr int more_than_it_holds = 16;
  static_cast<void>(socket.set_option(SOL_SOCKET, SO_RCVBUF, host32(1)));
  for (int i = 0; i < more_than_it_holds; ++i) send(socket, get_policy("nobody"));
  return (socket.poll() & POLLERR) != 0;
}

}  // namespace

Views observe_views(Ground& ground) {
  const auto socket = ground.socket();
  send(*socket, new_policy("probe", ipv4, tcp));
  return {.rules = shows_rules(ground),
          .sysctls = shows_sysctls(ground, *socket),
          .socket_list = shows_dumps(*ground.socket()),
          .poll_errors = shows_errors(*ground.socket())};
}

}  // namespace cttimeout::test
