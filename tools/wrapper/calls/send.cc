// The calls that send a datagram.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "caller/memory.h"
#include "calls/handlers.h"

namespace cttimeout::wrapper {
namespace {

constexpr std::uint32_t most_messages = 1024;  // UIO_MAXIOV
constexpr int longest_address = 128;           // struct sockaddr_storage

Outcome outcome_of(const SyscallResult<std::size_t>& sent) {
  if (sent) return Outcome::returns(static_cast<std::int64_t>(*sent));
  return sent.error() == EAGAIN ? Outcome::waits() : Outcome::fails(sent.error());
}

/// One datagram, to the address in `name` if that has any bytes.
SyscallResult<std::size_t> send_datagram(const Call& call, const Vector& vector,
                                         std::span<const std::byte> name, int flags) {
  const auto to = parse_sockaddr(name);
  if (!to) return tl::unexpected(to.error());
  const auto datagram = gather(call.caller, vector);
  if (!datagram) return tl::unexpected(datagram.error());
  return call.netlink().send(*datagram, *to, flags);
}

// copy_msghdr_from_user, ____sys_sendmsg. Control messages that a netlink socket understands on
// sending only state who the sender is, which the fake knows.
SyscallResult<std::size_t> send_message(const Call& call, Address message, int flags) {
  const auto header = call.caller.load<msghdr>(message);
  if (!header) return tl::unexpected(header.error());
  std::vector<std::byte> name;
  if (header->msg_name != nullptr) {
    const auto size = static_cast<int>(header->msg_namelen);
    auto loaded = load_address(call.caller, reinterpret_cast<Address>(header->msg_name),
                               std::min(size, longest_address));
    if (!loaded) return tl::unexpected(loaded.error());
    name = std::move(*loaded);
  }
  const auto vector = load_vector(call.caller, reinterpret_cast<Address>(header->msg_iov),
                                  header->msg_iovlen, EMSGSIZE);
  if (!vector) return tl::unexpected(vector.error());
  return send_datagram(call, *vector, name, flags);
}

}  // namespace

Outcome handle_sendto(Call& call) {
  std::vector<std::byte> name;
  if (call.argument(4) != 0) {
    auto loaded = load_address(call.caller, call.argument(4), call.number(5));
    if (!loaded) return Outcome::fails(loaded.error());
    name = std::move(*loaded);
  }
  const auto vector = Vector::of(call.argument(1), call.argument(2));
  return outcome_of(send_datagram(call, vector, name, call.number(3)));
}

Outcome handle_sendmsg(Call& call) {
  return outcome_of(send_message(call, call.argument(1), call.number(2)));
}

// __sys_sendmmsg
Outcome handle_sendmmsg(Call& call) {
  const auto count = std::min(static_cast<std::uint32_t>(call.argument(2)), most_messages);
  for (std::uint32_t& done = call.messages_done; done < count; ++done) {
    const Address message = call.argument(1) + done * sizeof(mmsghdr);
    const auto sent = send_message(call, message, call.number(3));
    if (!sent) return done == 0 ? outcome_of(sent) : Outcome::returns(done);
    const auto told =
        call.caller.store(message + offsetof(mmsghdr, msg_len), static_cast<unsigned>(*sent));
    if (!told) return done == 0 ? Outcome::fails(told.error()) : Outcome::returns(done);
  }
  return Outcome::returns(count);
}

Outcome handle_write(Call& call) {
  return outcome_of(send_datagram(call, Vector::of(call.argument(1), call.argument(2)), {}, 0));
}

Outcome handle_writev(Call& call) {
  const auto vector = load_vector(call.caller, call.argument(1), call.argument(2), EINVAL);
  if (!vector) return Outcome::fails(vector.error());
  if (vector->size == 0) return Outcome::returns(0);
  return outcome_of(send_datagram(call, *vector, {}, 0));
}

}  // namespace cttimeout::wrapper
