// Caller: the thread that waits for a system call, its memory and its descriptors.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "caller/descriptor.h"
#include "caller/thread_state.h"
#include "cttimeout/netlink_socket.h"

namespace cttimeout::tools::wrapper {

/// An address in the caller's memory.
using Address = std::uint64_t;

class Caller {
 public:
  explicit Caller(pid_t thread);

  [[nodiscard]] pid_t thread() const { return thread_; }
  /// Readable once the thread has ended; -1 if nothing tells of this thread alone.
  [[nodiscard]] int ended() const { return exact_ ? pidfd_.number() : -1; }

  /// Memory is read and written completely, or EFAULT. EPERM, which is said, if the process does
  /// not let itself be looked into. EINTR: a signal has taken it out of its call, and what it does
  /// there with its memory now must not be disturbed.
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

  /// A copy of its descriptor. EBADF: it has none of that number. EPERM: it does not let itself be
  /// looked into. ESRCH: it has ended, or `thread` is another one now. Else there was no room.
  [[nodiscard]] SyscallResult<Descriptor> copy(int number) const;

  /// The call that it is served in from now on; `waits` tells whether it still waits for the reply.
  void serve(std::function<bool()> waits) const { waits_ = std::move(waits); }
  /// Returns while it sleeps in that call, in which nothing of its memory changes; at once if its
  /// process handles no signals. False if a signal has taken it out of the call.
  [[nodiscard]] bool await_sleep() const;

  /// The number of its process, which is that of its first thread.
  [[nodiscard]] pid_t process() const;
  /// The same, as getpid() tells it there.
  [[nodiscard]] std::uint32_t process_id() const;
  /// What its process executes, in at most 15 characters; empty if that is not known.
  [[nodiscard]] std::string program() const;
  /// Its network namespace, open.
  [[nodiscard]] SyscallResult<Descriptor> network_namespace() const;
  /// Whether it could have CAP_NET_ADMIN in effect, and has not.
  [[nodiscard]] bool waives_capability() const;

 private:
  /// What came of a transfer of `size` bytes, of which so many were `done`.
  [[nodiscard]] SyscallResult<void> all_of(ssize_t done, std::size_t size) const;

  pid_t thread_;
  Descriptor pidfd_;
  bool exact_;     // the pidfd is the thread's, and not that of a process with other threads
  int error_ = 0;  // why there is none
  mutable std::uint32_t process_id_ = 0;  // 0 until it was looked up
  mutable ThreadState state_;
  mutable std::function<bool()> waits_;
};

/// Whether we could not have another descriptor or memory: nothing that is wrong with the caller.
[[nodiscard]] bool means_no_room(int error);

/// Whether this process has, or could put into effect, CAP_NET_ADMIN; what it starts cannot
/// otherwise.
[[nodiscard]] bool may_have_net_admin();

/// Says on stderr why the sockets of this thread's process are not served.
void say_closed(pid_t thread);

}  // namespace cttimeout::tools::wrapper
