// The options that every socket has at SOL_SOCKET, whatever its family (net/core/sock.c).
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>

#include "cttimeout/kernel_profile.h"
#include "cttimeout/netlink_socket.h"

namespace cttimeout::fake {

/// Keeps what was set. None of these options changes what this endpoint sends or receives, except
/// SO_PASSCRED, which the socket asks for with on().
class SocketLevel {
 public:
  /// The most options that a kernel has at this level.
  static constexpr std::size_t most_options = 96;
  static constexpr int send_buffer_lock = 1;     // SOCK_SNDBUF_LOCK
  static constexpr int receive_buffer_lock = 2;  // SOCK_RCVBUF_LOCK

  explicit SocketLevel(const KernelProfile& profile);

  /// setsockopt. `capable`: the caller has CAP_NET_ADMIN, in the first user namespace.
  SyscallResult<void> set(int option, std::span<const std::byte> value, bool capable);
  /// getsockopt; returns the length that the kernel reports.
  SyscallResult<std::size_t> get(int option, std::span<std::byte> value) const;

  /// Whether an option that can only be on or off is on.
  [[nodiscard]] bool on(int option) const { return number(option) != 0; }
  /// The size of a buffer was set: it is adapted no more, which SO_BUF_LOCK shows.
  void lock_buffer(int which);

 private:
  static constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();

  [[nodiscard]] std::int32_t number(int option) const {
    return numbers_[static_cast<std::size_t>(option)];
  }
  std::int32_t& number(int option) { return numbers_[static_cast<std::size_t>(option)]; }
  [[nodiscard]] bool exists(int option) const;

  SyscallResult<void> set_special(int option, std::span<const std::byte> value, bool capable);
  SyscallResult<void> set_linger(std::span<const std::byte> value);
  SyscallResult<void> set_time_limit(int option, std::span<const std::byte> value);
  SyscallResult<void> set_time_stamps(int option, bool on);
  SyscallResult<void> set_time_stamping(int option, std::span<const std::byte> value);
  SyscallResult<void> set_transmit_time(std::span<const std::byte> value, bool capable);
  SyscallResult<void> set_pacing_rate(std::span<const std::byte> value);
  SyscallResult<void> set_filter_lock(bool on);
  [[nodiscard]] SyscallResult<void> set_filter(int option, std::span<const std::byte> value) const;
  SyscallResult<void> set_device(std::span<const std::byte> name, bool capable);
  SyscallResult<void> set_device_index(int index, bool capable);

  SyscallResult<std::size_t> get_special(int option, std::span<std::byte> value) const;
  [[nodiscard]] bool stamps(int option) const;
  SyscallResult<std::size_t> get_time_limit(int option, std::span<std::byte> value) const;
  SyscallResult<std::size_t> get_device(std::span<std::byte> value) const;

  KernelVersion version_;
  std::int64_t ticks_per_second_;
  std::array<std::int32_t, most_options> numbers_;  // by the option's number
  bool linger_wraps_;
  std::int64_t linger_s_ = 0;
  std::array<std::int64_t, 2> time_limits_;  // to receive, to send; in ticks
  std::uint64_t pacing_rate_ = ~std::uint64_t{0};
  std::int32_t transmit_clock_ = 0;
  std::uint32_t transmit_flags_ = 0;
  bool new_time_stamps_ = false;  // asked for by an option that ends in _NEW
};

}  // namespace cttimeout::fake
