// What several calls read and write in the caller's memory: addresses, vectors, message headers.
#pragma once

#include <sys/socket.h>

#include <vector>

#include "caller/caller.h"

namespace cttimeout::tools::wrapper {

/// The parts of a buffer in the caller's memory.
struct Vector {
  std::vector<iovec> parts;
  std::size_t size = 0;  ///< of all parts
};

/// One buffer, cut to the most that a call transfers (MAX_RW_COUNT); EFAULT if it is not within
/// the half of the address space that programs have.
[[nodiscard]] SyscallResult<Vector> import_buffer(Address buffer, std::size_t size);
/// The same for read and write, which look at where it lies before it is cut.
[[nodiscard]] SyscallResult<Vector> import_plain_buffer(Address buffer, std::size_t size);

/// An iovec array, cut likewise; EINVAL for a length that is negative, `too_many` for more than
/// 1024 parts, EFAULT.
[[nodiscard]] SyscallResult<Vector> load_vector(const Caller& caller, Address vector,
                                                std::size_t parts, int too_many);

/// All that the parts hold. ENOBUFS for more than anybody sends: the kernel would not have the
/// memory.
[[nodiscard]] SyscallResult<std::vector<std::byte>> gather(const Caller& caller,
                                                           const Vector& vector);
/// Fills the parts, one after the other.
[[nodiscard]] SyscallResult<void> scatter(const Caller& caller, const Vector& vector,
                                          std::span<const std::byte> bytes);

/// A socket address of `size` bytes, as the kernel copies it before anybody looks at it: EINVAL
/// for more than 128 bytes.
[[nodiscard]] SyscallResult<std::vector<std::byte>> load_address(const Caller& caller, Address from,
                                                                 int size);

/// Writes `address` to where getsockname or recvfrom want it: `room` points to the size of the
/// buffer there, which becomes the address's, also if the buffer cannot be written.
[[nodiscard]] SyscallResult<void> tell_address(const Caller& caller, NetlinkAddress address,
                                               Address to, Address room);

/// As much of it as there is room for.
[[nodiscard]] SyscallResult<void> store_address(const Caller& caller, NetlinkAddress address,
                                                Address to, std::size_t room);

}  // namespace cttimeout::tools::wrapper
