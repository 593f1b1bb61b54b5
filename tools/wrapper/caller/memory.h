// What several calls read and write in the caller's memory: addresses, vectors, message headers.
#pragma once

#include <sys/socket.h>

#include <vector>

#include "caller/caller.h"

namespace cttimeout::wrapper {

/// No datagram is longer, so that no buffer of ours needs to be.
inline constexpr std::size_t longest_datagram = std::size_t{1} << 20;

/// The parts of a buffer in the caller's memory.
struct Vector {
  std::vector<iovec> parts;
  std::size_t size = 0;  ///< of all parts

  [[nodiscard]] static Vector of(Address buffer, std::size_t size);
};

/// An iovec array; EINVAL for a length that is negative, `too_many` for more than 1024 parts.
[[nodiscard]] SyscallResult<Vector> load_vector(const Caller& caller, Address vector,
                                                std::size_t parts, int too_many);

/// All that the parts hold.
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
/// buffer there, which becomes the address's.
[[nodiscard]] SyscallResult<void> store_address(const Caller& caller, NetlinkAddress address,
                                                Address to, Address room);

/// The same for recvmsg, which has the size of its buffer in `header`.
[[nodiscard]] SyscallResult<void> store_address(const Caller& caller, NetlinkAddress address,
                                                msghdr& header);

}  // namespace cttimeout::wrapper
