// The options at SOL_SOCKET that are more than a number: each by itself.

#include <linux/filter.h>
#include <linux/net_tstamp.h>
#include <net/if.h>
#include <sys/time.h>

#include <algorithm>
#include <ctime>
#include <string_view>

#include "netlink/option_value.h"
#include "netlink/socket_level.h"
#include "netlink/socket_level_rows.h"

namespace cttimeout::fake {

namespace {

constexpr std::int64_t microseconds = 1'000'000;
constexpr std::int32_t largest_poll_budget = 65535;
constexpr int loopback_index = 1;
constexpr std::string_view loopback = "lo";

// What SO_TIMESTAMPING takes; bits that are newer than headers may be are written as numbers.
constexpr std::uint32_t time_stamping_mask = (1U << 19) - 1;
constexpr std::uint32_t option_id_of_stream = 1U << 16;

std::size_t side(int option) {
  return option == SO_RCVTIMEO_OLD || option == SO_RCVTIMEO_NEW ? 0 : 1;
}

bool is_new(int option) {
  return option == SO_TIMESTAMP_NEW || option == SO_TIMESTAMPNS_NEW ||
         option == SO_TIMESTAMPING_NEW;
}

bool in_nanoseconds(int option) {
  return option == SO_TIMESTAMPNS_OLD || option == SO_TIMESTAMPNS_NEW;
}

}  // namespace

SyscallResult<void> SocketLevel::set_special(int option, std::span<const std::byte> value,
                                             bool capable) {
  const int asked = read_number(value);
  switch (option) {
    case SO_LINGER:
      return set_linger(value);
    case SO_RCVLOWAT:
      number(option) = asked < 0 ? std::numeric_limits<int>::max() : std::max(asked, 1);
      return {};
    case SO_RCVTIMEO_OLD:
    case SO_RCVTIMEO_NEW:
    case SO_SNDTIMEO_OLD:
    case SO_SNDTIMEO_NEW:
      return set_time_limit(option, value);
    case SO_TIMESTAMP_OLD:
    case SO_TIMESTAMP_NEW:
    case SO_TIMESTAMPNS_OLD:
    case SO_TIMESTAMPNS_NEW:
      return set_time_stamps(option, asked != 0);
    case SO_TIMESTAMPING_OLD:
    case SO_TIMESTAMPING_NEW:
      return set_time_stamping(option, value);
    case SO_TXTIME:
      return set_transmit_time(value, capable);
    case SO_MAX_PACING_RATE:
      return set_pacing_rate(value);
    case SO_LOCK_FILTER:
      return set_filter_lock(asked != 0);
    case SO_BUSY_POLL_BUDGET:
      if (!capable && asked > number(option)) return tl::unexpected(EPERM);
      if (asked < 0 || asked > largest_poll_budget) return tl::unexpected(EINVAL);
      number(option) = asked;
      return {};
    case SO_BUF_LOCK:
      if ((asked & ~(send_buffer_lock | receive_buffer_lock)) != 0) return tl::unexpected(EINVAL);
      number(option) = asked;
      return {};
    case SO_BINDTOIFINDEX:
      return set_device_index(asked, capable);
    case SO_RESERVE_MEM:
      return tl::unexpected(asked < 0 ? EINVAL : EOPNOTSUPP);
    default:
      return set_filter(option, value);
  }
}

SyscallResult<void> SocketLevel::set_linger(std::span<const std::byte> value) {
  if (value.size() < sizeof(linger)) return tl::unexpected(EINVAL);
  const auto asked = read_value<linger>(value);
  number(SO_LINGER) = asked.l_onoff != 0 ? 1 : 0;
  if (asked.l_onoff == 0) return {};
  if (linger_wraps_) {
    const auto hz = static_cast<std::uint32_t>(ticks_per_second_);
    linger_s_ = static_cast<std::uint32_t>(asked.l_linger) * hz / hz;
  } else {  // a negative one counts as the longest there is
    linger_s_ = asked.l_linger < 0 ? no_limit / ticks_per_second_ : asked.l_linger;
  }
  return {};
}

// sock_set_timeout: in ticks, rounded up; neither a negative one nor none is ever read back.
SyscallResult<void> SocketLevel::set_time_limit(int option, std::span<const std::byte> value) {
  if (value.size() < sizeof(timeval)) return tl::unexpected(EINVAL);
  const auto asked = read_value<timeval>(value);
  if (asked.tv_usec < 0 || asked.tv_usec >= microseconds) return tl::unexpected(EDOM);
  std::int64_t& ticks = time_limits_[side(option)];
  if (asked.tv_sec < 0) {
    ticks = 0;
  } else if ((asked.tv_sec == 0 && asked.tv_usec == 0) ||
             asked.tv_sec >= no_limit / ticks_per_second_ - 1) {
    ticks = no_limit;
  } else {
    const std::int64_t tick = microseconds / ticks_per_second_;
    ticks = asked.tv_sec * ticks_per_second_ + (asked.tv_usec + tick - 1) / tick;
  }
  return {};
}

// sock_set_timestamp: SO_TIMESTAMP holds whether there are any, SO_TIMESTAMPNS which unit.
SyscallResult<void> SocketLevel::set_time_stamps(int option, bool on) {
  number(SO_TIMESTAMP_OLD) = on ? 1 : 0;
  number(SO_TIMESTAMPNS_OLD) = on && in_nanoseconds(option) ? 1 : 0;
  if (on) new_time_stamps_ = is_new(option);
  return {};
}

bool SocketLevel::stamps(int option) const {
  if (!on(SO_TIMESTAMP_OLD) || is_new(option) != new_time_stamps_) return false;
  if (option == SO_TIMESTAMP_NEW) return true;
  return on(SO_TIMESTAMPNS_OLD) == in_nanoseconds(option);
}

// sock_set_timestamping
SyscallResult<void> SocketLevel::set_time_stamping(int option, std::span<const std::byte> value) {
  const auto asked = static_cast<std::uint32_t>(read_number(value));
  const auto lacks = [asked](std::uint32_t wanted, std::uint32_t needed) {
    return (asked & wanted) != 0 && (asked & needed) == 0;
  };
  if ((asked & ~time_stamping_mask) != 0) return tl::unexpected(EINVAL);
  if (lacks(option_id_of_stream, SOF_TIMESTAMPING_OPT_ID)) return tl::unexpected(EINVAL);
  if (lacks(SOF_TIMESTAMPING_OPT_STATS, SOF_TIMESTAMPING_OPT_TSONLY)) return tl::unexpected(EINVAL);
  if ((asked & SOF_TIMESTAMPING_BIND_PHC) != 0) return tl::unexpected(EOPNOTSUPP);
  number(SO_TIMESTAMPING_OLD) = static_cast<std::int32_t>(asked);
  new_time_stamps_ = is_new(option);
  return {};
}

SyscallResult<void> SocketLevel::set_transmit_time(std::span<const std::byte> value, bool capable) {
  if (value.size() != sizeof(sock_txtime)) return tl::unexpected(EINVAL);
  const auto asked = read_value<sock_txtime>(value);
  constexpr std::uint32_t known = SOF_TXTIME_DEADLINE_MODE | SOF_TXTIME_REPORT_ERRORS;
  if ((asked.flags & ~known) != 0) return tl::unexpected(EINVAL);
  const bool has_clock = asked.clockid == CLOCK_REALTIME || asked.clockid == CLOCK_MONOTONIC ||
                         asked.clockid == CLOCK_TAI;
  if (!has_clock) return tl::unexpected(EINVAL);
  if (asked.clockid != CLOCK_MONOTONIC && !capable) return tl::unexpected(EPERM);
  transmit_clock_ = asked.clockid;
  transmit_flags_ = asked.flags;
  return {};
}

SyscallResult<void> SocketLevel::set_pacing_rate(std::span<const std::byte> value) {
  if (value.size() >= sizeof pacing_rate_) {
    pacing_rate_ = read_value<std::uint64_t>(value);
  } else {
    const auto asked = static_cast<std::uint32_t>(read_number(value));
    pacing_rate_ = asked == ~std::uint32_t{0} ? ~std::uint64_t{0} : asked;
  }
  return {};
}

SyscallResult<void> SocketLevel::set_filter_lock(bool on) {
  if (number(SO_LOCK_FILTER) != 0 && !on) return tl::unexpected(EPERM);
  number(SO_LOCK_FILTER) = on ? 1 : 0;
  return {};
}

// sk_attach_filter and its kin. There is nothing here that would run a filter, so that one which
// the kernel would take is refused; it is not said to be in force when it is not.
SyscallResult<void> SocketLevel::set_filter(int option, std::span<const std::byte> value) const {
  const bool is_program = option == SO_ATTACH_FILTER || option == SO_ATTACH_REUSEPORT_CBPF;
  const bool is_descriptor = option == SO_ATTACH_BPF || option == SO_ATTACH_REUSEPORT_EBPF;
  if (is_program && value.size() != sizeof(sock_fprog)) return tl::unexpected(EINVAL);
  if (is_descriptor && value.size() != sizeof(int)) return tl::unexpected(EINVAL);
  if (on(SO_LOCK_FILTER)) return tl::unexpected(EPERM);
  if (option == SO_DETACH_FILTER) return tl::unexpected(ENOENT);
  if (is_descriptor) return tl::unexpected(EBADF);
  const auto program = read_value<sock_fprog>(value);
  const bool is_empty = program.filter == nullptr || program.len == 0 || program.len > BPF_MAXINSNS;
  const bool needs_reuse = option == SO_ATTACH_REUSEPORT_CBPF;
  return tl::unexpected(is_empty || needs_reuse ? EINVAL : ENOPROTOOPT);
}

// sock_setbindtodevice. A fresh namespace has the loopback device and no other.
SyscallResult<void> SocketLevel::set_device(std::span<const std::byte> name, bool capable) {
  const auto read = read_value<std::array<char, IFNAMSIZ>>(
      name.first(std::min<std::size_t>(name.size(), IFNAMSIZ - 1)));
  const std::string_view asked = read.data();
  if (!asked.empty() && asked != loopback) return tl::unexpected(ENODEV);
  return set_device_index(asked.empty() ? 0 : loopback_index, capable);
}

// sock_bindtoindex: once bound, it takes a capability to bind it elsewhere.
SyscallResult<void> SocketLevel::set_device_index(int index, bool capable) {
  if (number(SO_BINDTOIFINDEX) != 0 && !capable) return tl::unexpected(EPERM);
  if (index < 0) return tl::unexpected(EINVAL);
  number(SO_BINDTOIFINDEX) = index;
  return {};
}

SyscallResult<std::size_t> SocketLevel::get_special(int option, std::span<std::byte> value) const {
  switch (option) {
    case SO_LINGER:
      return write_value(
          value, linger{.l_onoff = number(option), .l_linger = static_cast<int>(linger_s_)});
    case SO_PEERCRED:
      return write_value(value, ucred{.pid = 0, .uid = ~uid_t{0}, .gid = ~gid_t{0}});
    case SO_BINDTODEVICE:
      return get_device(value);
    case SO_ATTACH_FILTER:
      return 0;
    case SO_TIMESTAMP_OLD:
    case SO_TIMESTAMP_NEW:
    case SO_TIMESTAMPNS_OLD:
    case SO_TIMESTAMPNS_NEW:
      return write_number(value, stamps(option) ? 1 : 0);
    case SO_TIMESTAMPING_OLD:
    case SO_TIMESTAMPING_NEW: {
      const bool shown = new_time_stamps_ || !is_new(option);
      return write_value(value, std::array{shown ? number(SO_TIMESTAMPING_OLD) : 0, 0});
    }
    case SO_TXTIME:
      return write_value(value, sock_txtime{.clockid = transmit_clock_, .flags = transmit_flags_});
    case SO_MAX_PACING_RATE:
      if (value.size() >= sizeof pacing_rate_) return write_value(value, pacing_rate_);
      return write_value(value, static_cast<std::uint32_t>(
                                    std::min<std::uint64_t>(pacing_rate_, ~std::uint32_t{0})));
    default:
      return get_time_limit(option, value);
  }
}

SyscallResult<std::size_t> SocketLevel::get_time_limit(int option,
                                                       std::span<std::byte> value) const {
  const std::int64_t ticks = time_limits_[side(option)];
  timeval told{};
  if (ticks != no_limit) {
    told.tv_sec = ticks / ticks_per_second_;
    told.tv_usec = ticks % ticks_per_second_ * (microseconds / ticks_per_second_);
  }
  return write_value(value, told);
}

SyscallResult<std::size_t> SocketLevel::get_device(std::span<std::byte> value) const {
  const int index = number(SO_BINDTOIFINDEX);
  if (index == 0) return 0;
  if (value.size() < IFNAMSIZ) return tl::unexpected(EINVAL);
  if (index != loopback_index) return tl::unexpected(ENODEV);
  return write_bytes(value, std::as_bytes(std::span(loopback.data(), loopback.size() + 1)));
}

}  // namespace cttimeout::fake
