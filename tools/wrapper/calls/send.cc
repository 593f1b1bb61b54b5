// The calls that send a datagram.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "caller/memory.h"
#include "calls/handlers.h"
#include "calls/sent_control.h"

namespace cttimeout::tools::wrapper {
namespace {

constexpr std::uint32_t most_messages = 1024;  // UIO_MAXIOV
constexpr int longest_address = 128;           // struct sockaddr_storage

Outcome outcome_of(const SyscallResult<std::size_t>& sent) {
  if (sent) return Outcome::returns(static_cast<std::int64_t>(*sent));
  return sent.error() == EAGAIN ? Outcome::waits() : Outcome::fails(sent.error());
}

/// What belongs to a datagram beside its data.
struct Envelope {
  std::vector<std::byte> name = {};  ///< sent to the address in it, if it has any bytes
  std::vector<std::byte> control = {};
  int flags = 0;
};

// netlink_sendmsg: the data is read last.
SyscallResult<std::size_t> send_datagram(const Call& call, const Vector& vector,
                                         const Envelope& envelope) {
  if ((envelope.flags & MSG_OOB) != 0) return tl::unexpected(EOPNOTSUPP);
  if (vector.size == 0) return tl::unexpected(ENODATA);
  const auto claimed = judge_control(call.caller, envelope.control);
  if (!claimed) return tl::unexpected(claimed.error());
  const auto to = parse_sockaddr(envelope.name);
  if (!to) return tl::unexpected(to.error());
  const auto prepared = call.netlink().prepare_send(vector.size, *to, envelope.flags);
  if (!prepared) return tl::unexpected(prepared.error());
  const auto datagram = gather(call.caller, vector);
  if (!datagram) return tl::unexpected(datagram.error());
  // The kernel's own end does not look at them.
  if (to->value_or(call.netlink().peer()) != NetlinkAddress{}) {
    call.netlink().set_sender(*claimed ? **claimed : credentials_of(call.caller));
  }
  return call.netlink().send(*datagram, *to, envelope.flags);
}

SyscallResult<std::size_t> send_unnamed(const Call& call, const SyscallResult<Vector>& vector) {
  if (!vector) return tl::unexpected(vector.error());
  return send_datagram(call, *vector, {});
}

// __copy_msghdr
SyscallResult<std::vector<std::byte>> load_name(const Call& call, const msghdr& header) {
  if (header.msg_name == nullptr) return std::vector<std::byte>{};
  const auto size = static_cast<int>(header.msg_namelen);
  return load_address(call.caller, reinterpret_cast<Address>(header.msg_name),
                      std::min(size, longest_address));
}

// copy_msghdr_from_user, ____sys_sendmsg
SyscallResult<std::size_t> send_message(const Call& call, Address message, int flags) {
  if (is_of_32_bits(flags)) return tl::unexpected(EINVAL);
  const auto header = call.caller.load<msghdr>(message);
  if (!header) return tl::unexpected(header.error());
  auto name = load_name(call, *header);
  if (!name) return tl::unexpected(name.error());
  const auto vector = load_vector(call.caller, reinterpret_cast<Address>(header->msg_iov),
                                  header->msg_iovlen, EMSGSIZE);
  if (!vector) return tl::unexpected(vector.error());
  auto control = load_control(call.caller, *header);
  if (!control) return tl::unexpected(control.error());
  return send_datagram(call, *vector,
                       {.name = std::move(*name), .control = std::move(*control), .flags = flags});
}

}  // namespace

// __sys_sendto
Outcome handle_sendto(Call& call) {
  const auto vector = import_buffer(call.argument(1), call.argument(2));
  if (!vector) return Outcome::fails(vector.error());
  Envelope envelope{.flags = call.number(3)};
  if (call.argument(4) != 0) {
    auto name = load_address(call.caller, call.argument(4), call.number(5));
    if (!name) return Outcome::fails(name.error());
    envelope.name = std::move(*name);
  }
  return outcome_of(send_datagram(call, *vector, envelope));
}

Outcome handle_sendmsg(Call& call) {
  return outcome_of(send_message(call, call.argument(1), call.number(2)));
}

// __sys_sendmmsg
Outcome handle_sendmmsg(Call& call) {
  if (is_of_32_bits(call.number(3))) return Outcome::fails(EINVAL);
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
  return outcome_of(send_unnamed(call, import_plain_buffer(call.argument(1), call.argument(2))));
}

Outcome handle_writev(Call& call) {
  const auto parts = static_cast<std::uint32_t>(call.argument(2));
  const auto vector = load_vector(call.caller, call.argument(1), parts, EINVAL);
  if (vector && vector->size == 0) return Outcome::returns(0);
  return outcome_of(send_unnamed(call, vector));
}

}  // namespace cttimeout::tools::wrapper
