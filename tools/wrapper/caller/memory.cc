// What several calls read and write in the caller's memory: addresses, vectors, message headers.
#include "caller/memory.h"

#include <linux/netlink.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

namespace cttimeout::wrapper {
namespace {

constexpr std::size_t most_parts = 1024;      // UIO_MAXIOV
constexpr std::size_t longest_address = 128;  // struct sockaddr_storage

Address address_of(const iovec& part) {
  return reinterpret_cast<Address>(part.iov_base);
}

std::size_t clamp(std::size_t size) {
  return std::min(size, longest_datagram);
}

SyscallResult<void> store_bytes(const Caller& caller, NetlinkAddress address, Address to,
                                std::size_t room) {
  const sockaddr_nl native{
      .nl_family = AF_NETLINK, .nl_pad = 0, .nl_pid = address.port_id, .nl_groups = address.groups};
  const auto bytes = std::as_bytes(std::span(&native, 1));
  return caller.write(to, bytes.first(std::min(room, bytes.size())));
}

}  // namespace

Vector Vector::of(Address buffer, std::size_t size) {
  return {.parts = {{.iov_base = std::bit_cast<void*>(buffer), .iov_len = size}}, .size = size};
}

// import_iovec
SyscallResult<Vector> load_vector(const Caller& caller, Address vector, std::size_t parts,
                                  int too_many) {
  if (parts > most_parts) return tl::unexpected(too_many);
  Vector loaded{.parts = std::vector<iovec>(parts)};
  const auto read = caller.read(vector, std::as_writable_bytes(std::span(loaded.parts)));
  if (!read) return tl::unexpected(read.error());
  for (const iovec& part : loaded.parts) {
    if (static_cast<ssize_t>(part.iov_len) < 0) return tl::unexpected(EINVAL);
    loaded.size = clamp(loaded.size + clamp(part.iov_len));
  }
  return loaded;
}

SyscallResult<std::vector<std::byte>> gather(const Caller& caller, const Vector& vector) {
  std::vector<std::byte> bytes(clamp(vector.size));
  std::size_t done = 0;
  for (const iovec& part : vector.parts) {
    const std::size_t size = std::min(part.iov_len, bytes.size() - done);
    const auto read = caller.read(address_of(part), std::span(bytes).subspan(done, size));
    if (!read) return tl::unexpected(read.error());
    done += size;
  }
  return bytes;
}

SyscallResult<void> scatter(const Caller& caller, const Vector& vector,
                            std::span<const std::byte> bytes) {
  for (const iovec& part : vector.parts) {
    const std::size_t size = std::min(part.iov_len, bytes.size());
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
SyscallResult<void> store_address(const Caller& caller, NetlinkAddress address, Address to,
                                  Address room) {
  const auto size = caller.load<int>(room);
  if (!size) return tl::unexpected(size.error());
  if (*size < 0) return tl::unexpected(EINVAL);
  const auto stored = store_bytes(caller, address, to, static_cast<std::size_t>(*size));
  if (!stored) return stored;
  return caller.store(room, static_cast<int>(sizeof(sockaddr_nl)));
}

SyscallResult<void> store_address(const Caller& caller, NetlinkAddress address, msghdr& header) {
  const auto stored =
      store_bytes(caller, address, reinterpret_cast<Address>(header.msg_name), header.msg_namelen);
  header.msg_namelen = sizeof(sockaddr_nl);
  return stored;
}

}  // namespace cttimeout::wrapper
