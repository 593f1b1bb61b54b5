// The calls that receive one datagram.
#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "caller/memory.h"
#include "calls/ancillary.h"
#include "calls/handlers.h"
#include "calls/receive_message.h"

namespace cttimeout::tools::wrapper {
namespace {

// Larger buffers are as good as this one, unless what is queued is larger: no part of a dump and
// no ack, within the limits that a socket has at first, is longer.
constexpr std::size_t ample = std::size_t{256} << 10;

/// The next datagram, into the parts of the vector. It is lost if they are not the caller's.
SyscallResult<ReceivedDatagram> receive_datagram(const Call& call, const Vector& vector,
                                                 int flags) {
  const std::size_t room = std::min(vector.size, std::max(ample, call.netlink().memory().used));
  const auto memory = std::make_unique_for_overwrite<std::byte[]>(room);
  const std::span<std::byte> buffer(memory.get(), room);
  const auto received = call.netlink().receive(buffer, flags);
  if (!received) return received;
  const auto written = scatter(call.caller, vector, buffer.first(received->copied));
  if (!written) return tl::unexpected(written.error());
  return received;
}

Outcome receive_unnamed(const Call& call, const SyscallResult<Vector>& vector) {
  if (!vector) return Outcome::fails(vector.error());
  if (vector->size == 0) return Outcome::returns(0);  // sock_read_iter: nothing is received
  return received_outcome(receive_datagram(call, *vector, 0).map(&ReceivedDatagram::returned));
}

// ____sys_recvmsg, behind the receive. The length of the name is told also where the name cannot.
SyscallResult<void> store_header(const Call& call, Address message, int flags,
                                 const ReceivedDatagram& received, msghdr header) {
  const std::size_t room = header.msg_namelen;
  if (header.msg_name != nullptr) {
    const auto name = reinterpret_cast<Address>(header.msg_name);
    const auto stored = store_address(call.caller, received.sender, name, room);
    header.msg_namelen = sizeof(sockaddr_nl);
    if (!stored) {
      (void)call.caller.store(message, header);
      return stored;
    }
  }
  header.msg_flags = (flags & MSG_CMSG_CLOEXEC) | (received.truncated ? MSG_TRUNC : 0);
  store_ancillary(call.caller, received, header);
  return call.caller.store(message, header);
}

}  // namespace

Outcome received_outcome(const SyscallResult<std::size_t>& received) {
  if (received) return Outcome::returns(static_cast<std::int64_t>(*received));
  return received.error() == EAGAIN ? Outcome::waits() : Outcome::fails(received.error());
}

// ___sys_recvmsg
SyscallResult<std::size_t> receive_message(const Call& call, Address message, int flags) {
  if (is_of_32_bits(flags)) return tl::unexpected(EINVAL);
  const auto header = call.caller.load<msghdr>(message);
  if (!header) return tl::unexpected(header.error());
  const bool named = header->msg_name != nullptr;
  if (named && static_cast<int>(header->msg_namelen) < 0) return tl::unexpected(EINVAL);
  const auto vector = load_vector(call.caller, reinterpret_cast<Address>(header->msg_iov),
                                  header->msg_iovlen, EMSGSIZE);
  if (!vector) return tl::unexpected(vector.error());
  const auto received = receive_datagram(call, *vector, flags);
  if (!received) return tl::unexpected(received.error());
  const auto stored = store_header(call, message, flags, *received, *header);
  if (!stored) return tl::unexpected(stored.error());
  return received->returned;
}

// __sys_recvfrom
Outcome handle_recvfrom(Call& call) {
  const auto vector = import_buffer(call.argument(1), call.argument(2));
  if (!vector) return Outcome::fails(vector.error());
  const auto received = receive_datagram(call, *vector, call.number(3));
  if (received && call.argument(4) != 0) {
    const auto told =
        tell_address(call.caller, received->sender, call.argument(4), call.argument(5));
    if (!told) return Outcome::fails(told.error());
  }
  return received_outcome(received.map(&ReceivedDatagram::returned));
}

Outcome handle_recvmsg(Call& call) {
  return received_outcome(receive_message(call, call.argument(1), call.number(2)));
}

Outcome handle_read(Call& call) {
  return receive_unnamed(call, import_plain_buffer(call.argument(1), call.argument(2)));
}

Outcome handle_readv(Call& call) {
  const auto parts = static_cast<std::uint32_t>(call.argument(2));
  return receive_unnamed(call, load_vector(call.caller, call.argument(1), parts, EINVAL));
}

}  // namespace cttimeout::tools::wrapper
