// Every option at SOL_SOCKET: what a netlink socket reads and takes, since which kernel
// (K-SOCK-23).
#pragma once

#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

#include "cttimeout/protocol.h"

namespace cttimeout::fake::level {

// Newer than the headers that this is compiled with may be.
inline constexpr int so_rcvmark = 75;
inline constexpr int so_passpidfd = 76;
inline constexpr int so_peerpidfd = 77;
inline constexpr int so_devmem_dontneed = 80;
inline constexpr int so_rcvpriority = 82;
inline constexpr int so_passrights = 83;

enum class Read : std::uint8_t {
  number,   ///< the number that was set last, or the initial one
  special,  ///< see SocketLevel::get_special
  fails,
};

enum class Write : std::uint8_t {
  flag,          ///< anything but 0 is kept as 1
  number,        ///< kept as it is
  not_negative,  ///< kept, or fails
  zero,          ///< 0 changes nothing, anything else fails
  ignored,       ///< succeeds and changes nothing
  special,       ///< see SocketLevel::set_special
  fails,
};

/// What the capability is needed for.
enum class Guard : std::uint8_t { nothing, switching_on, every_value, priority };

struct Row {
  int option;
  Read read;
  Write write;
  std::int32_t initial = 0;
  int read_error = ENOPROTOOPT;
  int write_error = ENOPROTOOPT;
  Guard guard = Guard::nothing;
  int guard_error = EPERM;
  KernelVersion since = {3, 4};
  KernelVersion write_error_since = {3, 4};
  int older_write_error = 0;  ///< in place of write_error, on kernels before write_error_since

  [[nodiscard]] constexpr int write_error_of(KernelVersion version) const {
    return version < write_error_since ? older_write_error : write_error;
  }
};

/// ENOTSUPP, which is not for programs and in no header of theirs.
inline constexpr int enotsupp = 524;

constexpr Row flag(int option) {
  return {.option = option, .read = Read::number, .write = Write::flag};
}

constexpr Row guarded_flag(int option, Guard guard, int error, KernelVersion since) {
  Row row = flag(option);
  row.guard = guard;
  row.guard_error = error;
  row.since = since;
  return row;
}

constexpr Row kept(int option, Write write, std::int32_t initial = 0) {
  return {.option = option, .read = Read::number, .write = write, .initial = initial};
}

constexpr Row constant(int option, std::int32_t number) {
  return {.option = option, .read = Read::number, .write = Write::fails, .initial = number};
}

constexpr Row special(int option, Read read = Read::special, KernelVersion since = {3, 4}) {
  return {.option = option, .read = read, .write = Write::special, .since = since};
}

constexpr Row refused(int option, int read_error, int write_error, KernelVersion since = {3, 4}) {
  return {.option = option,
          .read = Read::fails,
          .write = Write::fails,
          .read_error = read_error,
          .write_error = write_error,
          .since = since};
}

/// As of Linux 6.18, but for options that a kernel has not yet; all others are ENOPROTOOPT.
/// SO_ERROR, the sizes of buffers, SO_MEMINFO, SO_PEERNAME and the cookies are the socket's own.
inline constexpr std::array rows{
    guarded_flag(SO_DEBUG, Guard::switching_on, EACCES, {3, 4}),
    flag(SO_REUSEADDR),
    constant(SO_TYPE, SOCK_RAW),
    flag(SO_DONTROUTE),
    flag(SO_BROADCAST),
    flag(SO_KEEPALIVE),
    flag(SO_OOBINLINE),
    flag(SO_NO_CHECK),
    Row{.option = SO_PRIORITY,
        .read = Read::number,
        .write = Write::number,
        .guard = Guard::priority},
    special(SO_LINGER),
    Row{.option = SO_BSDCOMPAT, .read = Read::number, .write = Write::ignored},
    Row{.option = SO_REUSEPORT,
        .read = Read::number,
        .write = Write::zero,
        .write_error = EOPNOTSUPP},
    flag(SO_PASSCRED),
    Row{.option = SO_PEERCRED, .read = Read::special, .write = Write::fails},
    Row{.option = SO_RCVLOWAT, .read = Read::number, .write = Write::special, .initial = 1},
    constant(SO_SNDLOWAT, 1),
    special(SO_RCVTIMEO_OLD),
    special(SO_SNDTIMEO_OLD),
    special(SO_BINDTODEVICE),
    special(SO_ATTACH_FILTER),
    special(SO_DETACH_FILTER, Read::fails),
    special(SO_TIMESTAMP_OLD),
    constant(SO_ACCEPTCONN, 0),
    flag(SO_PASSSEC),
    special(SO_TIMESTAMPNS_OLD),
    Row{.option = SO_MARK,
        .read = Read::number,
        .write = Write::number,
        .guard = Guard::every_value},
    special(SO_TIMESTAMPING_OLD),
    constant(SO_PROTOCOL, NETLINK_NETFILTER),
    constant(SO_DOMAIN, AF_NETLINK),
    flag(SO_RXQ_OVFL),
    flag(SO_WIFI_STATUS),
    refused(SO_PEEK_OFF, EOPNOTSUPP, EOPNOTSUPP),
    flag(SO_NOFCS),
    special(SO_LOCK_FILTER, Read::number),
    flag(SO_SELECT_ERR_QUEUE),
    // Recorded on 6.12 and on 6.1, where a negative number is a large one, and needs the
    // capability.
    Row{.option = SO_BUSY_POLL,
        .read = Read::number,
        .write = Write::not_negative,
        .write_error = EINVAL,
        .write_error_since = {6, 12},
        .older_write_error = EPERM},
    special(SO_MAX_PACING_RATE),
    constant(SO_BPF_EXTENSIONS, 64),
    kept(SO_INCOMING_CPU, Write::number, -1),
    special(SO_ATTACH_BPF, Read::fails),
    special(SO_ATTACH_REUSEPORT_CBPF, Read::fails),
    special(SO_ATTACH_REUSEPORT_EBPF, Read::fails),
    Row{.option = SO_CNX_ADVICE, .read = Read::fails, .write = Write::ignored},
    constant(SO_INCOMING_NAPI_ID, 0),
    refused(SO_PEERGROUPS, ENODATA, ENOPROTOOPT),
    Row{.option = SO_ZEROCOPY,  // recorded on 6.1 and on 5.10
        .read = Read::number,
        .write = Write::fails,
        .write_error = EOPNOTSUPP,
        .write_error_since = {6, 1},
        .older_write_error = enotsupp},
    special(SO_TXTIME),
    special(SO_BINDTOIFINDEX, Read::number),
    special(SO_TIMESTAMP_NEW),
    special(SO_TIMESTAMPNS_NEW),
    special(SO_TIMESTAMPING_NEW),
    special(SO_RCVTIMEO_NEW),
    special(SO_SNDTIMEO_NEW),
    refused(SO_DETACH_REUSEPORT_BPF, ENOPROTOOPT, EINVAL),
    guarded_flag(SO_PREFER_BUSY_POLL, Guard::switching_on, EPERM, {5, 11}),
    special(SO_BUSY_POLL_BUDGET, Read::fails, {5, 11}),
    special(SO_BUF_LOCK, Read::number, {5, 15}),
    special(SO_RESERVE_MEM, Read::number, {5, 17}),
    refused(SO_TXREHASH, EOPNOTSUPP, EOPNOTSUPP, {5, 18}),
    guarded_flag(so_rcvmark, Guard::every_value, EPERM, {5, 19}),
    refused(so_passpidfd, EOPNOTSUPP, EOPNOTSUPP, {6, 5}),
    refused(so_peerpidfd, ENODATA, ENOPROTOOPT, {6, 5}),
    refused(so_devmem_dontneed, ENOPROTOOPT, EBADF, {6, 12}),
    guarded_flag(so_rcvpriority, Guard::nothing, 0, {6, 14}),
    refused(so_passrights, EOPNOTSUPP, EOPNOTSUPP, {6, 16}),
};

/// The row of an option, or nullptr.
constexpr const Row* find_row(int option) {
  const auto* row = std::ranges::lower_bound(rows, option, {}, &Row::option);
  return row != rows.end() && row->option == option ? row : nullptr;
}

static_assert(std::ranges::is_sorted(rows, {}, &Row::option));

}  // namespace cttimeout::fake::level
