// What several calls read and write in the caller's memory: addresses, vectors, message headers.
#include "caller/memory.h"

#include <linux/netlink.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <climits>
#include <cstring>

namespace cttimeout::tools::wrapper {
namespace {

constexpr std::size_t most_parts = 1024;                         // UIO_MAXIOV
constexpr std::size_t longest_address = 128;                     // struct sockaddr_storage
constexpr std::size_t most_transferred = INT_MAX & ~0xfffU;      // MAX_RW_COUNT
constexpr std::size_t longest_datagram = std::size_t{64} << 20;  // after SO_SNDBUFFORCE
#ifdef __x86_64__
constexpr Address end_of_programs = (Address{1} << 47) - 4096;  // TASK_SIZE_MAX
#else
constexpr Address end_of_programs = Address{1} << 48;
#endif

Address address_of(const iovec& part) {
  return reinterpret_cast<Address>(part.iov_base);
}

// access_ok
bool may_be_programs(Address start, std::size_t size) {
  return size <= end_of_programs && start <= end_of_programs - size;
}

}  // namespace

// import_ubuf
SyscallResult<Vector> import_buffer(Address buffer, std::size_t size) {
  size = std::min(size, most_transferred);
  if (!may_be_programs(buffer, size)) return tl::unexpected(EFAULT);
  return Vector{.parts = {{.iov_base = std::bit_cast<void*>(buffer), .iov_len = size}},
                .size = size};
}

// vfs_read, vfs_write
SyscallResult<Vector> import_plain_buffer(Address buffer, std::size_t size) {
  if (!may_be_programs(buffer, size)) return tl::unexpected(EFAULT);
  return import_buffer(buffer, size);
}

// __import_iovec: a single part is cut before one looks at where it lies, several are not.
SyscallResult<Vector> load_vector(const Caller& caller, Address vector, std::size_t parts,
                                  int too_many) {
  if (parts > most_parts) return tl::unexpected(too_many);
  Vector loaded{.parts = std::vector<iovec>(parts)};
  const auto read = caller.read(vector, std::as_writable_bytes(std::span(loaded.parts)));
  if (!read) return tl::unexpected(read.error());
  const bool negative = std::ranges::any_of(
      loaded.parts, [](const iovec& part) { return static_cast<ssize_t>(part.iov_len) < 0; });
  if (negative) return tl::unexpected(EINVAL);
  if (parts == 1) return import_buffer(address_of(loaded.parts[0]), loaded.parts[0].iov_len);
  for (iovec& part : loaded.parts) {
    if (!may_be_programs(address_of(part), part.iov_len)) return tl::unexpected(EFAULT);
    part.iov_len = std::min(part.iov_len, most_transferred - loaded.size);
    loaded.size += part.iov_len;
  }
  return loaded;
}

SyscallResult<std::vector<std::byte>> gather(const Caller& caller, const Vector& vector) {
  if (vector.size > longest_datagram) return tl::unexpected(ENOBUFS);
  std::vector<std::byte> bytes(vector.size);
  std::size_t done = 0;
  for (const iovec& part : vector.parts) {
    const auto to = std::span(bytes).subspan(done, part.iov_len);
    if (to.empty()) continue;
    const auto read = caller.read(address_of(part), to);
    if (!read) return tl::unexpected(read.error());
    done += to.size();
  }
  return bytes;
}

SyscallResult<void> scatter(const Caller& caller, const Vector& vector,
                            std::span<const std::byte> bytes) {
  for (const iovec& part : vector.parts) {
    const std::size_t size = std::min(part.iov_len, bytes.size());
    if (size == 0) continue;
    const auto written = caller.write(address_of(part), bytes.first(size));
    if (!written) return written;
    bytes = bytes.subspan(size);
  }
  return {};
}

// move_addr_to_kernel
SyscallResult<std::vector<std::byte>> load_address(const Caller& caller, Address from, int size) {
  if (size < 0 || static_cast<std::size_t>(size) > longest_address) return tl::unexpected(EINVAL);
  std::vector<std::byte> address(static_cast<std::size_t>(size));
  const auto read = caller.read(from, address);
  if (!read) return tl::unexpected(read.error());
  return address;
}

// move_addr_to_user
SyscallResult<void> tell_address(const Caller& caller, NetlinkAddress address, Address to,
                                 Address room) {
  const auto size = caller.load<int>(room);
  if (!size) return tl::unexpected(size.error());
  if (*size < 0) return tl::unexpected(EINVAL);
  const auto stored = caller.store(room, static_cast<int>(sizeof(sockaddr_nl)));
  if (!stored) return stored;
  return store_address(caller, address, to, static_cast<std::size_t>(*size));
}

SyscallResult<void> store_address(const Caller& caller, NetlinkAddress address, Address to,
                                  std::size_t room) {
  const sockaddr_nl native{
      .nl_family = AF_NETLINK, .nl_pad = 0, .nl_pid = address.port_id, .nl_groups = address.groups};
  const auto bytes = std::as_bytes(std::span(&native, 1));
  if (room == 0) return {};
  return caller.write(to, bytes.first(std::min(room, bytes.size())));
}

}  // namespace cttimeout::tools::wrapper
