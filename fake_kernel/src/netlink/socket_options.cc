// setsockopt and getsockopt of a netlink socket (K-SOCK-11, K-SOCK-23).

#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <limits>

#include "netlink/af_netlink.h"
#include "netlink/option_value.h"

namespace cttimeout::fake {

namespace {

constexpr KernelVersion namespace_cookie_since{5, 14};
constexpr std::uint32_t group_count = 32;
constexpr std::uint32_t largest_forced_buffer = std::numeric_limits<int>::max() / 2;
constexpr std::size_t smallest_send_limit = 4608;

// sock_setsockopt: the number is doubled to leave room for the kernel's own overhead.
std::size_t doubled(std::uint32_t asked, std::uint32_t largest, std::size_t smallest) {
  return std::max<std::size_t>(2 * std::size_t{std::min(asked, largest)}, smallest);
}

/// SO_RCVBUF and SO_SNDBUF: a negative number counts as a large one.
std::size_t buffer_limit(std::span<const std::byte> value, std::size_t smallest) {
  return doubled(static_cast<std::uint32_t>(read_number(value)), std::uint32_t{default_buffer},
                 smallest);
}

/// SO_RCVBUFFORCE and SO_SNDBUFFORCE: a negative number counts as 0.
std::size_t forced_limit(std::span<const std::byte> value, std::size_t smallest) {
  const int asked = std::max(read_number(value), 0);
  return doubled(static_cast<std::uint32_t>(asked), largest_forced_buffer, smallest);
}

/// A number that no namespace and no socket of this process has yet.
std::uint64_t next_cookie() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

// sk_get_meminfo. What is sent is dealt with at once, so that no memory is charged for it.
SyscallResult<std::size_t> write_memory(std::span<std::byte> value, const ReceiveQueue& queue,
                                        std::size_t send_limit) {
  std::array<std::uint32_t, SK_MEMINFO_VARS> told{};
  told[SK_MEMINFO_RMEM_ALLOC] = static_cast<std::uint32_t>(queue.used());
  told[SK_MEMINFO_RCVBUF] = static_cast<std::uint32_t>(queue.limit());
  told[SK_MEMINFO_SNDBUF] = static_cast<std::uint32_t>(send_limit);
  told[SK_MEMINFO_DROPS] = static_cast<std::uint32_t>(queue.drops());
  return write_bytes(value, std::as_bytes(std::span(told)));
}

}  // namespace

std::optional<Socket::Option> Socket::flag_option(int option) {
  switch (option) {
    case NETLINK_PKTINFO:
      return Option::pktinfo;
    case NETLINK_BROADCAST_ERROR:
      return Option::broadcast_error;
    case NETLINK_NO_ENOBUFS:
      return Option::no_enobufs;
    case NETLINK_LISTEN_ALL_NSID:
      return Option::listen_all_nsid;
    case NETLINK_CAP_ACK:
      return Option::cap_ack;
    case NETLINK_EXT_ACK:
      return Option::ext_ack;
    case NETLINK_GET_STRICT_CHK:
      return Option::strict_check;
    default:
      return std::nullopt;
  }
}

SyscallResult<void> Socket::set_option(int level, int option, std::span<const std::byte> value) {
  if (level == SOL_NETLINK) return set_netlink_option(option, value);
  if (level == SOL_SOCKET) return set_socket_option(option, value);
  return tl::unexpected(ENOPROTOOPT);
}

// netlink_setsockopt
SyscallResult<void> Socket::set_netlink_option(int option, std::span<const std::byte> value) {
  const int number = read_number(value);
  if (option == NETLINK_ADD_MEMBERSHIP || option == NETLINK_DROP_MEMBERSHIP) {
    return change_membership(static_cast<std::uint32_t>(number), option == NETLINK_ADD_MEMBERSHIP);
  }
  const std::optional<Option> known = flag_option(option);
  if (!known) return tl::unexpected(ENOPROTOOPT);
  if (*known == Option::listen_all_nsid && !capable_) return tl::unexpected(EPERM);
  const unsigned bit = 1U << static_cast<unsigned>(*known);
  flags_ = static_cast<std::uint8_t>(number != 0 ? flags_ | bit : flags_ & ~bit);
  if (*known == Option::no_enobufs) queue_.set_no_enobufs(number != 0);
  return {};
}

SyscallResult<void> Socket::change_membership(std::uint32_t group, bool member) {
  if (!capable_) return tl::unexpected(EPERM);
  membership_used_ = true;
  if (group == 0 || group > group_count) return tl::unexpected(EINVAL);
  const std::uint32_t bit = 1U << (group - 1);
  groups_ = member ? groups_ | bit : groups_ & ~bit;
  return {};
}

// sk_setsockopt: those that concern the queue; level_ has the others.
SyscallResult<void> Socket::set_socket_option(int option, std::span<const std::byte> value) {
  const bool forced = option == SO_RCVBUFFORCE || option == SO_SNDBUFFORCE;
  const bool receives = option == SO_RCVBUF || option == SO_RCVBUFFORCE;
  if (!forced && !receives && option != SO_SNDBUF) {
    return level_.set(option, value, capable_);
  }
  if (value.size() < sizeof(int)) return tl::unexpected(EINVAL);
  if (forced && !capable_) return tl::unexpected(EPERM);
  const auto limit = forced ? forced_limit : buffer_limit;
  if (receives) {
    queue_.set_limit(limit(value, ReceiveQueue::smallest_limit));
    level_.lock_buffer(SocketLevel::receive_buffer_lock);
  } else {
    send_limit_ = limit(value, smallest_send_limit);
    level_.lock_buffer(SocketLevel::send_buffer_lock);
  }
  return {};
}

SyscallResult<std::size_t> Socket::get_option(int level, int option, std::span<std::byte> value) {
  if (level == SOL_NETLINK) return get_netlink_option(option, value);
  if (level == SOL_SOCKET) return get_socket_option(option, value);
  return tl::unexpected(ENOPROTOOPT);
}

// netlink_getsockopt
SyscallResult<std::size_t> Socket::get_netlink_option(int option, std::span<std::byte> value) {
  if (option == NETLINK_LIST_MEMBERSHIPS) {
    if (!membership_used_) return 0;
    if (value.size() >= sizeof groups_) (void)write_number(value, groups_);
    return sizeof groups_;  // also where there was no room for it
  }
  const std::optional<Option> known = flag_option(option);
  const bool hidden =
      known == Option::listen_all_nsid && !net_->has(Behaviour::listen_all_nsid_is_read);
  if (!known || hidden) return tl::unexpected(ENOPROTOOPT);
  if (value.size() < sizeof(int)) return tl::unexpected(EINVAL);
  return write_number(value, flag(*known) ? 1 : 0);
}

// sk_getsockopt: those that concern this socket; level_ has the others.
SyscallResult<std::size_t> Socket::get_socket_option(int option, std::span<std::byte> value) {
  switch (option) {
    case SO_RCVBUF:
      return write_number(value, static_cast<std::int64_t>(queue_.limit()));
    case SO_SNDBUF:
      return write_number(value, static_cast<std::int64_t>(send_limit_));
    case SO_ERROR:
      return write_number(value, queue_.take_error());
    case SO_MEMINFO:
      return write_memory(value, queue_, send_limit_);
    case SO_PEERNAME:
      return write_peer(value);
    case SO_COOKIE:
      if (value.size() < sizeof cookie_) return tl::unexpected(EINVAL);
      if (cookie_ == 0) cookie_ = next_cookie();
      return write_bytes(value, std::as_bytes(std::span(&cookie_, 1)));
    case SO_NETNS_COOKIE:
      return write_namespace_cookie(value);
    default:
      return level_.get(option, value);
  }
}

// The one option that refuses more room than it needs.
SyscallResult<std::size_t> Socket::write_peer(std::span<std::byte> value) const {
  const sockaddr_nl address{
      .nl_family = AF_NETLINK, .nl_pad = 0, .nl_pid = peer_.port_id, .nl_groups = peer_.groups};
  if (value.size() > sizeof address) return tl::unexpected(EINVAL);
  return write_bytes(value, std::as_bytes(std::span(&address, 1)));
}

SyscallResult<std::size_t> Socket::write_namespace_cookie(std::span<std::byte> value) const {
  if (net_->profile.version < namespace_cookie_since) return tl::unexpected(ENOPROTOOPT);
  if (value.size() != sizeof net_->cookie) return tl::unexpected(EINVAL);
  if (net_->cookie == 0) net_->cookie = next_cookie();
  return write_bytes(value, std::as_bytes(std::span(&net_->cookie, 1)));
}

}  // namespace cttimeout::fake
