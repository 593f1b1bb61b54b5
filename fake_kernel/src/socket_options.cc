// setsockopt and getsockopt of a netlink socket (K-SOCK-11).

#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "af_netlink.h"

namespace cttimeout {

namespace {

constexpr std::uint32_t group_count = 32;
constexpr std::uint32_t largest_buffer = 212992;  // rmem_max, wmem_max
constexpr std::size_t smallest_send_limit = 4608;

/// What the kernel reads: a value shorter than an int counts as 0.
int read_int(std::span<const std::byte> value) {
  int number = 0;
  if (value.size() >= sizeof number) std::memcpy(&number, value.data(), sizeof number);
  return number;
}

// sock_setsockopt: the number is doubled to leave room for the kernel's own overhead.
std::size_t buffer_limit(std::span<const std::byte> value, std::size_t smallest) {
  const auto asked = static_cast<std::uint32_t>(read_int(value));
  return std::max<std::size_t>(2 * std::size_t{std::min(asked, largest_buffer)}, smallest);
}

/// As much of it as there is room for, which may be nowhere.
std::size_t write_bytes(std::span<std::byte> value, std::span<const std::byte> bytes) {
  bytes = bytes.first(std::min(value.size(), bytes.size()));
  std::ranges::copy(bytes, value.begin());
  return bytes.size();
}

SyscallResult<std::size_t> write_int(std::span<std::byte> value, std::size_t number) {
  const auto written = static_cast<int>(number);
  return write_bytes(value, std::as_bytes(std::span(&written, 1)));
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
  const int number = read_int(value);
  if (option == NETLINK_ADD_MEMBERSHIP || option == NETLINK_DROP_MEMBERSHIP) {
    return change_membership(static_cast<std::uint32_t>(number), option == NETLINK_ADD_MEMBERSHIP);
  }
  const std::optional<Option> known = flag_option(option);
  if (!known) return tl::unexpected(ENOPROTOOPT);
  if (*known == Option::listen_all_nsid && !net_->capable) return tl::unexpected(EPERM);
  const unsigned bit = 1U << static_cast<unsigned>(*known);
  flags_ = static_cast<std::uint8_t>(number != 0 ? flags_ | bit : flags_ & ~bit);
  if (*known == Option::no_enobufs) queue_.set_no_enobufs(number != 0);
  return {};
}

SyscallResult<void> Socket::change_membership(std::uint32_t group, bool member) {
  if (!net_->capable) return tl::unexpected(EPERM);
  membership_used_ = true;
  if (group == 0 || group > group_count) return tl::unexpected(EINVAL);
  const std::uint32_t bit = 1U << (group - 1);
  groups_ = member ? groups_ | bit : groups_ & ~bit;
  return {};
}

SyscallResult<void> Socket::set_socket_option(int option, std::span<const std::byte> value) {
  if (value.size() < sizeof(int)) return tl::unexpected(EINVAL);
  switch (option) {
    case SO_RCVBUF:
      queue_.set_limit(buffer_limit(value, ReceiveQueue::smallest_limit));
      return {};
    case SO_SNDBUF:
      send_limit_ = buffer_limit(value, smallest_send_limit);
      return {};
    case SO_PASSCRED:
      passes_credentials_ = read_int(value) != 0;
      return {};
    default:
      return tl::unexpected(ENOPROTOOPT);
  }
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
    if (value.size() >= sizeof groups_) (void)write_int(value, groups_);
    return sizeof groups_;  // also where there was no room for it
  }
  const std::optional<Option> known = flag_option(option);
  const bool hidden =
      known == Option::listen_all_nsid && !net_->has(Behaviour::listen_all_nsid_is_read);
  if (!known || hidden) return tl::unexpected(ENOPROTOOPT);
  if (value.size() < sizeof(int)) return tl::unexpected(EINVAL);
  return write_int(value, flag(*known) ? 1 : 0);
}

// sk_getsockopt
SyscallResult<std::size_t> Socket::get_socket_option(int option, std::span<std::byte> value) {
  switch (option) {
    case SO_RCVBUF:
      return write_int(value, queue_.limit());
    case SO_SNDBUF:
      return write_int(value, send_limit_);
    case SO_PASSCRED:
      return write_int(value, passes_credentials_ ? 1 : 0);
    case SO_ERROR:
      return write_int(value, static_cast<std::size_t>(queue_.take_error()));
    case SO_MEMINFO:
      return write_memory(value, queue_, send_limit_);
    default:
      return tl::unexpected(ENOPROTOOPT);
  }
}

}  // namespace cttimeout
