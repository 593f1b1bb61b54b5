// NetlinkSocket: what its implementations need not have, and the address that a call brings.

#include "cttimeout/netlink_socket.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace cttimeout {

SyscallResult<void> NetlinkSocket::prepare_send(std::size_t /*size*/,
                                                std::optional<NetlinkAddress> /*to*/,
                                                int /*flags*/) {
  return {};
}

void NetlinkSocket::set_error(int /*error*/) {}

bool NetlinkSocket::wait(std::chrono::milliseconds /*timeout*/) {
  return false;
}

void NetlinkSocket::set_sender(const Credentials& /*sender*/) {}

SyscallResult<std::optional<NetlinkAddress>> parse_sockaddr(std::span<const std::byte> address) {
  if (address.empty()) return std::nullopt;
  sockaddr_nl parsed{};
  if (address.size() < sizeof parsed) return tl::unexpected(EINVAL);
  std::memcpy(&parsed, address.data(), sizeof parsed);
  if (parsed.nl_family != AF_NETLINK) return tl::unexpected(EINVAL);
  return NetlinkAddress{.port_id = parsed.nl_pid, .groups = parsed.nl_groups};
}

}  // namespace cttimeout
