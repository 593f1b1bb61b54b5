// setsockopt, getsockopt: the fake has the options, but for a few that the descriptor keeps.
#include <linux/filter.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "calls/handlers.h"

namespace cttimeout::tools::wrapper {
namespace {

constexpr std::size_t longest_value = 256;
constexpr std::size_t smallest_value = sizeof(int);

/// What the kernel keeps for a socket of any family alike and the descriptor knows better than the
/// fake: how long a call waits, and the cookie.
constexpr std::array held_natively{
    SO_RCVTIMEO_OLD, SO_SNDTIMEO_OLD, SO_RCVTIMEO_NEW, SO_SNDTIMEO_NEW, SO_COOKIE,
};

/// Those whose value is longer than an int: two of them, or a struct sock_fprog.
constexpr std::array pairs{SO_LINGER, SO_TXTIME, SO_MAX_PACING_RATE};
constexpr std::array programs{SO_ATTACH_FILTER, SO_ATTACH_REUSEPORT_CBPF};

bool contains(std::span<const int> options, int option) {
  return std::ranges::find(options, option) != options.end();
}

bool is_native(const Call& call) {
  return call.number(1) == SOL_SOCKET && contains(held_natively, call.number(2));
}

// A negative limit means not to wait at all, which reads like no limit.
void notice_time_limit(Call& call) {
  const int option = call.number(2);
  const bool receives = option == SO_RCVTIMEO_OLD || option == SO_RCVTIMEO_NEW;
  const bool sends = option == SO_SNDTIMEO_OLD || option == SO_SNDTIMEO_NEW;
  if ((!receives && !sends) || call.number(4) < static_cast<int>(sizeof(timeval))) return;
  const auto limit = call.caller.load<timeval>(call.argument(3));
  if (!limit || limit->tv_usec < 0 || limit->tv_usec >= 1'000'000) return;
  ServedSocket& socket = call.socket;
  (receives ? socket.never_waits_to_receive : socket.never_waits_to_send) = limit->tv_sec < 0;
}

/// How much of a value the kernel reads, before it says anything to the option.
std::size_t looked_at(int level, int option, std::size_t size) {
  if (level == SOL_NETLINK) return size < smallest_value ? 0 : smallest_value;
  if (level != SOL_SOCKET) return 0;
  if (option == SO_BINDTODEVICE) return std::min<std::size_t>(size, IFNAMSIZ - 1);
  if (size < smallest_value) return 0;
  if (contains(programs, option)) return std::min(size, sizeof(sock_fprog));
  return std::min(size, contains(pairs, option) ? 2 * smallest_value : smallest_value);
}

/// 0, EINVAL or EBADF: what the kernel says to a descriptor that is to be a BPF program.
int judge_program_descriptor(const Call& call, std::span<const std::byte> value) {
  int number = 0;
  std::ranges::copy(value, std::as_writable_bytes(std::span(&number, 1)).begin());
  return call.caller.copy(number) ? EINVAL : EBADF;
}

/// 0, or EFAULT for a program of BPF whose instructions the caller does not have.
int judge_program(const Call& call, std::span<const std::byte> value) {
  sock_fprog program{};
  std::ranges::copy(value, std::as_writable_bytes(std::span(&program, 1)).begin());
  if (program.filter == nullptr || program.len == 0 || program.len > BPF_MAXINSNS) return 0;
  std::vector<std::byte> instructions(program.len * sizeof(sock_filter));
  const auto read = call.caller.read(reinterpret_cast<Address>(program.filter), instructions);
  return read ? 0 : read.error();
}

/// What the fake cannot see of a filter: 0, or an errno in place of the fake's.
int judge_filter(const Call& call, std::span<const std::byte> value) {
  const int option = call.number(2);
  if (contains(programs, option)) {
    return value.size() == sizeof(sock_fprog) ? judge_program(call, value) : 0;
  }
  const bool by_descriptor = option == SO_ATTACH_BPF || option == SO_ATTACH_REUSEPORT_EBPF;
  return by_descriptor && value.size() == sizeof(int) ? judge_program_descriptor(call, value) : 0;
}

SyscallResult<std::size_t> read_option(const Call& call, std::span<std::byte> value) {
  const auto length = call.netlink().get_option(call.number(1), call.number(2), value);
  if (call.number(1) == SOL_SOCKET && call.number(2) == SO_TYPE) {
    const auto bytes = std::as_bytes(std::span(&call.socket.type, 1));
    std::copy_n(bytes.begin(), std::min(value.size(), bytes.size()), value.begin());
  }
  return length;
}

/// Setting a send buffer wakes everything that waits for room in it, also if it was there already.
/// So does the program's end, set to what it has: a watcher of edges (EPOLLET) sees one.
void wake_senders(const Call& call) {
  if (call.number(1) != SOL_SOCKET) return;
  if (call.number(2) != SO_SNDBUF && call.number(2) != SO_SNDBUFFORCE) return;
  int size = 0;
  socklen_t length = sizeof size;
  if (getsockopt(call.copy.number(), SOL_SOCKET, SO_SNDBUF, &size, &length) != 0) return;
  size /= 2;  // the kernel doubles what it is told
  setsockopt(call.copy.number(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

bool has_options(int level) {
  return level == SOL_SOCKET || level == SOL_NETLINK;
}

}  // namespace

Outcome handle_setsockopt(Call& call) {
  if (is_native(call)) {
    notice_time_limit(call);
    return Outcome::native();
  }
  const int level = call.number(1);
  const int option = call.number(2);
  if (call.number(4) < 0) return Outcome::fails(EINVAL);
  const auto size = static_cast<std::size_t>(call.number(4));
  std::array<std::byte, longest_value> room{};
  const auto value = std::span(room).first(std::min(size, room.size()));
  const auto read = call.caller.read(call.argument(3), value.first(looked_at(level, option, size)));
  if (!read) return Outcome::fails(read.error());
  const auto set = call.netlink().set_option(level, option, value);
  if (set) wake_senders(call);
  if (set || level != SOL_SOCKET || set.error() == EPERM) return outcome(set);
  const int error = judge_filter(call, value);
  return Outcome::fails(error != 0 ? error : set.error());
}

Outcome handle_getsockopt(Call& call) {
  if (is_native(call)) return Outcome::native();
  if (!has_options(call.number(1))) return Outcome::fails(ENOPROTOOPT);
  const auto size = call.caller.load<int>(call.argument(4));
  if (!size) return Outcome::fails(size.error());
  if (*size < 0) return Outcome::fails(EINVAL);
  std::array<std::byte, longest_value> room{};
  const auto value = std::span(room).first(std::min(static_cast<std::size_t>(*size), room.size()));
  const auto length = read_option(call, value);
  if (!length) return Outcome::fails(length.error());
  const auto told = value.first(std::min(*length, value.size()));
  if (!told.empty()) {
    const auto written = call.caller.write(call.argument(3), told);
    if (!written) return Outcome::fails(written.error());
  }
  return outcome(call.caller.store(call.argument(4), static_cast<int>(*length)));
}

}  // namespace cttimeout::tools::wrapper
