// bind, connect, getsockname, getpeername.
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "caller/memory.h"
#include "calls/handlers.h"

namespace cttimeout::tools::wrapper {
namespace {

/// The address that a call has as its second and third argument. It must be there.
SyscallResult<NetlinkAddress> address_argument(const Call& call) {
  const auto bytes = load_address(call.caller, call.argument(1), call.number(2));
  if (!bytes) return tl::unexpected(bytes.error());
  const auto address = parse_sockaddr(*bytes);
  if (!address) return tl::unexpected(address.error());
  if (!*address) return tl::unexpected(EINVAL);
  return **address;
}

Outcome tell(const Call& call, NetlinkAddress address) {
  return outcome(tell_address(call.caller, address, call.argument(1), call.argument(2)));
}

}  // namespace

Outcome handle_bind(Call& call) {
  const auto address = address_argument(call);
  return address ? outcome(call.netlink().bind(*address)) : Outcome::fails(address.error());
}

Outcome handle_connect(Call& call) {
  const auto address = address_argument(call);
  return address ? outcome(call.netlink().connect(*address)) : Outcome::fails(address.error());
}

Outcome handle_getsockname(Call& call) {
  return tell(call, call.netlink().name());
}

Outcome handle_getpeername(Call& call) {
  return tell(call, call.netlink().peer());
}

}  // namespace cttimeout::tools::wrapper
