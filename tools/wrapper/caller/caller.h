// Caller: the thread that waits for a system call, its memory and its descriptors.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "caller/descriptor.h"
#include "cttimeout/netlink_socket.h"

namespace cttimeout::wrapper {

/// An address in the caller's memory.
using Address = std::uint64_t;

class Caller {
 public:
  explicit Caller(pid_t thread) : thread_(thread) {}

  /// Memory is read and written completely, or EFAULT.
  [[nodiscard]] SyscallResult<void> read(Address from, std::span<std::byte> to) const;
  [[nodiscard]] SyscallResult<void> write(Address to, std::span<const std::byte> from) const;
  template <class T>
  [[nodiscard]] SyscallResult<T> load(Address from) const {
    T value{};
    const auto read_it = read(from, std::as_writable_bytes(std::span(&value, 1)));
    if (!read_it) return tl::unexpected(read_it.error());
    return value;
  }
  template <class T>
  [[nodiscard]] SyscallResult<void> store(Address to, const T& value) const {
    return write(to, std::as_bytes(std::span(&value, 1)));
  }

  /// A copy of its descriptor; EBADF if it has none of that number.
  [[nodiscard]] SyscallResult<Descriptor> copy(int number);

  /// Its process, as getpid() tells it there.
  [[nodiscard]] std::uint32_t process_id() const;
  /// What its process executes, in at most 15 characters.
  [[nodiscard]] std::string program() const;
  /// Its network namespace, open.
  [[nodiscard]] SyscallResult<Descriptor> network_namespace() const;
  /// Whether it could have CAP_NET_ADMIN in effect, and has not.
  [[nodiscard]] bool waives_capability() const;
  /// Whether a signal waits to be handled until the call is over.
  [[nodiscard]] bool signalled() const;

 private:
  pid_t thread_;
  Descriptor process_;  // opened when first needed
};

}  // namespace cttimeout::wrapper
