// The calls that receive a datagram.
#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include "caller/memory.h"
#include "calls/ancillary.h"
#include "calls/handlers.h"

namespace cttimeout::wrapper {
namespace {

Outcome outcome_of(const SyscallResult<std::size_t>& received) {
  if (received) return Outcome::returns(static_cast<std::int64_t>(*received));
  return received.error() == EAGAIN ? Outcome::waits() : Outcome::fails(received.error());
}

/// The next datagram, into the parts of the vector. It is lost if they are not the caller's.
SyscallResult<ReceivedDatagram> receive_datagram(const Call& call, const Vector& vector,
                                                 int flags) {
  std::vector<std::byte> buffer(std::min(vector.size, longest_datagram));
  const auto received = call.netlink().receive(buffer, flags);
  if (!received) return received;
  const auto written = scatter(call.caller, vector, std::span(buffer).first(received->copied));
  if (!written) return tl::unexpected(written.error());
  return received;
}

Outcome receive_unnamed(const Call& call, const Vector& vector) {
  if (vector.size == 0) return Outcome::returns(0);  // sock_read_iter: nothing is received
  return outcome_of(receive_datagram(call, vector, 0).map(&ReceivedDatagram::returned));
}

// ___sys_recvmsg
SyscallResult<std::size_t> receive_message(const Call& call, Address message, int flags) {
  auto header = call.caller.load<msghdr>(message);
  if (!header) return tl::unexpected(header.error());
  if (static_cast<int>(header->msg_namelen) < 0) return tl::unexpected(EINVAL);
  const auto vector = load_vector(call.caller, reinterpret_cast<Address>(header->msg_iov),
                                  header->msg_iovlen, EMSGSIZE);
  if (!vector) return tl::unexpected(vector.error());
  const auto received = receive_datagram(call, *vector, flags);
  if (!received) return tl::unexpected(received.error());
  header->msg_flags = (flags & MSG_CMSG_CLOEXEC) | (received->truncated ? MSG_TRUNC : 0);
  auto stored = store_ancillary(call.caller, *received, *header);
  if (stored && header->msg_name != nullptr) {
    stored = store_address(call.caller, received->sender, *header);
  }
  if (stored) stored = call.caller.store(message, *header);
  if (!stored) return tl::unexpected(stored.error());
  return received->returned;
}

/// Whether recvmmsg, which looks at its time limit after each datagram only, is beyond it.
SyscallResult<bool> beyond_limit(const Call& call) {
  if (call.argument(4) == 0) return false;
  const auto limit = call.caller.load<timespec>(call.argument(4));
  if (!limit) return tl::unexpected(limit.error());
  const auto allowed =
      std::chrono::seconds(limit->tv_sec) + std::chrono::nanoseconds(limit->tv_nsec);
  return Call::Clock::now() - call.arrived >= allowed;
}

}  // namespace

Outcome handle_recvfrom(Call& call) {
  const auto vector = Vector::of(call.argument(1), call.argument(2));
  const auto received = receive_datagram(call, vector, call.number(3));
  if (received && call.argument(4) != 0) {
    const auto told =
        store_address(call.caller, received->sender, call.argument(4), call.argument(5));
    if (!told) return Outcome::fails(told.error());
  }
  return outcome_of(received.map(&ReceivedDatagram::returned));
}

Outcome handle_recvmsg(Call& call) {
  return outcome_of(receive_message(call, call.argument(1), call.number(2)));
}

// do_recvmmsg
Outcome handle_recvmmsg(Call& call) {
  const auto count = static_cast<std::uint32_t>(call.argument(2));
  const int flags = call.number(3) & ~MSG_WAITFORONE;
  for (std::uint32_t& done = call.messages_done; done < count;) {
    const Address message = call.argument(1) + done * sizeof(mmsghdr);
    const auto received = receive_message(call, message, flags);
    if (!received) {
      const bool stays = received.error() == EAGAIN && (call.number(3) & MSG_WAITFORONE) == 0;
      return done == 0 || stays ? outcome_of(received) : Outcome::returns(done);
    }
    const auto told =
        call.caller.store(message + offsetof(mmsghdr, msg_len), static_cast<unsigned>(*received));
    if (!told) return done == 0 ? Outcome::fails(told.error()) : Outcome::returns(done);
    ++done;
    const auto beyond = beyond_limit(call);
    if (!beyond || *beyond) return Outcome::returns(done);
  }
  return Outcome::returns(count);
}

Outcome handle_read(Call& call) {
  return receive_unnamed(call, Vector::of(call.argument(1), call.argument(2)));
}

Outcome handle_readv(Call& call) {
  const auto vector = load_vector(call.caller, call.argument(1), call.argument(2), EINVAL);
  return vector ? receive_unnamed(call, *vector) : Outcome::fails(vector.error());
}

}  // namespace cttimeout::wrapper
