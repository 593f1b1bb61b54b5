// The system calls of one NETLINK_NETFILTER socket, of the fake or of a real kernel.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <tl/expected.hpp>

namespace cttimeout {

/// A netlink address: what struct sockaddr_nl carries.
struct NetlinkAddress {
  std::uint32_t port_id = 0;  ///< 0 is the kernel
  std::uint32_t groups = 0;   ///< multicast groups, one bit each

  friend bool operator==(const NetlinkAddress&, const NetlinkAddress&) = default;
};

/// The outcome of a faked system call: a value, or the errno.
template <class T>
using SyscallResult = tl::expected<T, int>;

/// Who sent a datagram, as SCM_CREDENTIALS tells: 0, 0, 0 is the kernel.
struct Credentials {
  std::uint32_t process_id = 0;  ///< as getpid(2) tells
  std::uint32_t user_id = 0;     ///< the effective one
  std::uint32_t group_id = 0;    ///< the effective one

  friend bool operator==(const Credentials&, const Credentials&) = default;
};

/// What one receive brought.
struct ReceivedDatagram {
  std::size_t returned;   ///< the call's return value: bytes copied, or all of them with MSG_TRUNC
  std::size_t copied;     ///< bytes placed in the buffer
  bool truncated;         ///< MSG_TRUNC would stand in msg_flags
  NetlinkAddress sender;  ///< source address
  std::optional<std::uint32_t> group = {};      ///< multicast group, where NETLINK_PKTINFO is on
  std::optional<Credentials> credentials = {};  ///< where SO_PASSCRED is on

  friend bool operator==(const ReceivedDatagram&, const ReceivedDatagram&) = default;
};

/// What /proc/net/netlink tells of a socket.
struct SocketMemory {
  std::size_t used = 0;   ///< bytes charged for queued datagrams (Rmem)
  std::size_t drops = 0;  ///< replies lost to overruns (Drops)
  bool dumping = false;   ///< a dump has not been produced to its end (Dump)

  friend bool operator==(const SocketMemory&, const SocketMemory&) = default;
};

/// One socket. Never blocks: where a blocking call would wait, it answers EAGAIN.
/// Destroying it closes it: unread replies and a running dump are discarded.
class NetlinkSocket {
 public:
  NetlinkSocket() = default;
  NetlinkSocket(const NetlinkSocket&) = delete;
  NetlinkSocket& operator=(const NetlinkSocket&) = delete;
  virtual ~NetlinkSocket() = default;

  /// bind: takes the port id, or one of its own choice for 0, and joins the groups.
  virtual SyscallResult<void> bind(NetlinkAddress address) = 0;
  /// connect: where sends without an address go.
  virtual SyscallResult<void> connect(NetlinkAddress address) = 0;
  /// getsockname: zero until bound, by bind, connect or the first send.
  [[nodiscard]] virtual NetlinkAddress name() const = 0;
  /// getpeername.
  [[nodiscard]] virtual NetlinkAddress peer() const = 0;

  /// What a send of `size` bytes fails with before the kernel reads them; binds the socket as the
  /// send does. For callers that have to fetch the bytes first. Success unless overridden.
  virtual SyscallResult<void> prepare_send(std::size_t size, std::optional<NetlinkAddress> to,
                                           int flags);
  /// send/sendto. Without a destination it goes to the connected peer, else to the kernel.
  /// All processing happens inside; replies are readable when it returns.
  virtual SyscallResult<std::size_t> send(std::span<const std::byte> datagram,
                                          std::optional<NetlinkAddress> to = std::nullopt,
                                          int flags = 0) = 0;
  /// recvmsg. Flags: MSG_PEEK, MSG_TRUNC, MSG_DONTWAIT.
  virtual SyscallResult<ReceivedDatagram> receive(std::span<std::byte> buffer, int flags = 0) = 0;

  /// Waits at most `timeout` for something to receive, after a receive that found nothing; returns
  /// whether there is something now. 0 or less does not wait. A fake's clock moves instead. Unless
  /// overridden nothing comes by itself.
  virtual bool wait(std::chrono::milliseconds timeout);

  /// Who makes the calls from now on: SO_PASSCRED names it to other sockets, and a bind to no port
  /// id in particular takes its process id. At first it is the process that opened this one, with
  /// user and group 0. Nothing unless overridden: the kernel knows the sender.
  virtual void set_sender(const Credentials& sender);
  /// The next receive, or SO_ERROR, reports this errno, as after a recvmmsg that failed behind its
  /// first datagram. Nothing unless overridden: on a socket of the kernel only a call can do it.
  virtual void set_error(int error);

  /// setsockopt at SOL_NETLINK and SOL_SOCKET. Nothing is read but `value`: a filter is refused.
  virtual SyscallResult<void> set_option(int level, int option,
                                         std::span<const std::byte> value) = 0;
  /// getsockopt; returns the length that the kernel reports, which may be more than was written
  /// where `value` has no room. SO_ERROR reads and clears.
  virtual SyscallResult<std::size_t> get_option(int level, int option,
                                                std::span<std::byte> value) = 0;

  /// Ticks per second of the kernel that it belongs to.
  [[nodiscard]] virtual std::uint32_t hz() const = 0;
  /// SO_RCVBUF, as getsockopt tells it.
  [[nodiscard]] virtual std::size_t receive_buffer() const = 0;

  /// poll: POLLIN, POLLOUT and POLLERR as they stand.
  [[nodiscard]] virtual short poll() const = 0;
  /// As /proc/net/netlink tells it.
  [[nodiscard]] virtual SocketMemory memory() const = 0;
};

/// Reads a struct sockaddr_nl as sendto does: no bytes mean no address; EINVAL for 1 to 11 bytes
/// or another family than AF_NETLINK.
[[nodiscard]] SyscallResult<std::optional<NetlinkAddress>> parse_sockaddr(
    std::span<const std::byte> address);

}  // namespace cttimeout
