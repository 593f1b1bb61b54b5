// RealSocket: a NetlinkSocket that is one, by plain system calls.
#include "support/real_socket.h"

#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

#include "cttimeout/netlink_transport.h"
namespace cttimeout::test {
namespace {

sockaddr_nl to_sockaddr(NetlinkAddress address) {
  return {
      .nl_family = AF_NETLINK, .nl_pad = 0, .nl_pid = address.port_id, .nl_groups = address.groups};
}

template <class T>
SyscallResult<T> error() {
  return tl::unexpected(errno);
}

SyscallResult<void> nothing_or_error(int result) {
  if (result < 0) return error<void>();
  return {};
}

template <class Call>
NetlinkAddress address_from(Call call, int descriptor) {
  sockaddr_nl address{};
  socklen_t size = sizeof address;
  call(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  return {address.nl_pid, address.nl_groups};
}

// One row of /proc/net/netlink: sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode.
bool has_dump_pending(ino_t inode) {
  std::ifstream table("/proc/thread-self/net/netlink");
  std::string line;
  while (std::getline(table, line)) {
    std::istringstream row(line);
    std::string skipped;
    bool dumping = false;
    ino_t row_inode = 0;
    row >> skipped >> skipped >> skipped >> skipped >> skipped >> skipped >> dumping >> skipped >>
        skipped >> row_inode;
    if (row && row_inode == inode) return dumping;
  }
  return false;  // a socket that was never bound is not listed
}

}  // namespace

SyscallResult<std::unique_ptr<RealSocket>> RealSocket::open(
    std::shared_ptr<const NetworkNamespace> where) {
  where->enter();
  const int descriptor =
      ::socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_NETFILTER);
  if (descriptor < 0) return error<std::unique_ptr<RealSocket>>();
  return std::unique_ptr<RealSocket>(new RealSocket(descriptor, std::move(where)));
}

RealSocket::~RealSocket() {
  close(descriptor_);
}

SyscallResult<void> RealSocket::bind(NetlinkAddress address) {
  const sockaddr_nl native = to_sockaddr(address);
  return nothing_or_error(
      ::bind(descriptor_, reinterpret_cast<const sockaddr*>(&native), sizeof native));
}

SyscallResult<void> RealSocket::connect(NetlinkAddress address) {
  const sockaddr_nl native = to_sockaddr(address);
  return nothing_or_error(
      ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&native), sizeof native));
}

NetlinkAddress RealSocket::name() const {
  return address_from(::getsockname, descriptor_);
}

NetlinkAddress RealSocket::peer() const {
  return address_from(::getpeername, descriptor_);
}

SyscallResult<std::size_t> RealSocket::send(std::span<const std::byte> datagram,
                                            std::optional<NetlinkAddress> to, int flags) {
  const sockaddr_nl native = to_sockaddr(to.value_or(NetlinkAddress{}));
  const ssize_t sent = ::sendto(descriptor_, datagram.data(), datagram.size(), flags,
                                to ? reinterpret_cast<const sockaddr*>(&native) : nullptr,
                                to ? socklen_t{sizeof native} : 0);
  if (sent < 0) return error<std::size_t>();
  return static_cast<std::size_t>(sent);
}

// What recvmsg brought beside the datagram: NETLINK_PKTINFO and SO_PASSCRED.
void read_ancillary(const msghdr& message, ReceivedDatagram& received) {
  msghdr walked = message;  // CMSG_NXTHDR wants it mutable
  for (cmsghdr* at = CMSG_FIRSTHDR(&walked); at != nullptr; at = CMSG_NXTHDR(&walked, at)) {
    if (at->cmsg_level == SOL_NETLINK && at->cmsg_type == NETLINK_PKTINFO) {
      nl_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(at), sizeof info);
      received.group = info.group;
    } else if (at->cmsg_level == SOL_SOCKET && at->cmsg_type == SCM_CREDENTIALS) {
      ucred sender{};
      std::memcpy(&sender, CMSG_DATA(at), sizeof sender);
      received.credentials = Credentials{.process_id = static_cast<std::uint32_t>(sender.pid),
                                         .user_id = sender.uid,
                                         .group_id = sender.gid};
    }
  }
}

SyscallResult<ReceivedDatagram> RealSocket::receive(std::span<std::byte> buffer, int flags) {
  iovec part{.iov_base = buffer.data(), .iov_len = buffer.size()};
  sockaddr_nl sender{};
  msghdr message{};
  message.msg_name = &sender;
  message.msg_namelen = sizeof sender;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, 128> ancillary{};
  message.msg_control = ancillary.data();
  message.msg_controllen = ancillary.size();
  const ssize_t result = ::recvmsg(descriptor_, &message, flags);
  if (result < 0) return error<ReceivedDatagram>();
  const auto returned = static_cast<std::size_t>(result);
  ReceivedDatagram received{.returned = returned,
                            .copied = std::min(returned, buffer.size()),
                            .truncated = (message.msg_flags & MSG_TRUNC) != 0,
                            .sender = {sender.nl_pid, sender.nl_groups}};
  read_ancillary(message, received);
  return received;
}

SyscallResult<void> RealSocket::set_option(int level, int option,
                                           std::span<const std::byte> value) {
  return nothing_or_error(
      ::setsockopt(descriptor_, level, option, value.data(), static_cast<socklen_t>(value.size())));
}

SyscallResult<std::size_t> RealSocket::get_option(int level, int option,
                                                  std::span<std::byte> value) {
  // Memberships: the kernel reports more than it wrote where there is no room, and sanitizers
  // believe the report.
  std::array<std::byte, 256> room{};
  auto size = static_cast<socklen_t>(std::min(value.size(), room.size()));
  if (::getsockopt(descriptor_, level, option, room.data(), &size) != 0) {
    return error<std::size_t>();
  }
  std::copy_n(room.begin(), std::min<std::size_t>(size, value.size()), value.begin());
  return std::size_t{size};
}

std::uint32_t RealSocket::hz() const {
  return kernel_hz();
}

std::size_t RealSocket::receive_buffer() const {
  int size = 0;
  socklen_t length = sizeof size;
  getsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &size, &length);
  return static_cast<std::size_t>(size);
}

short RealSocket::poll() const {
  pollfd entry{.fd = descriptor_, .events = POLLIN | POLLOUT, .revents = 0};
  ::poll(&entry, 1, 0);
  return entry.revents;
}

SocketMemory RealSocket::memory() const {
  std::array<std::uint32_t, SK_MEMINFO_VARS> told{};
  socklen_t size = sizeof told;
  getsockopt(descriptor_, SOL_SOCKET, SO_MEMINFO, told.data(), &size);
  struct stat status {};
  fstat(descriptor_, &status);
  where_->enter();
  return {.used = told[SK_MEMINFO_RMEM_ALLOC],
          .drops = told[SK_MEMINFO_DROPS],
          .dumping = has_dump_pending(status.st_ino)};
}

}  // namespace cttimeout::test
