// What a recvmsg on a UNIX socket is about to bring.
#include "messages/unix_message.h"

#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "messages/netfilter_sockets.h"

namespace cttimeout::tools::wrapper {
namespace {

constexpr std::size_t most_parts = 1024;       // UIO_MAXIOV
constexpr std::size_t most_descriptors = 253;  // SCM_MAX_FD
constexpr int scm_pidfd = 4;                   // SCM_PIDFD, Linux 6.5
constexpr std::size_t scratch_size = 65536;

using Kind = Passage::Kind;

/// How many bytes the caller has room for; nullopt if the kernel will refuse the call for that.
std::optional<std::size_t> room_of(const Caller& caller, const msghdr& header) {
  if (header.msg_iovlen > most_parts) return std::nullopt;
  std::vector<iovec> parts(header.msg_iovlen);
  const auto bytes = std::as_writable_bytes(std::span(parts));
  if (!caller.read(std::bit_cast<Address>(header.msg_iov), bytes)) return std::nullopt;
  std::size_t room = 0;
  for (const iovec& part : parts) room += std::min(part.iov_len, scratch_size * most_parts);
  return room;
}

/// Whether the call takes more than the message that a peek shows, or another.
bool takes_another(int socket, int flags) {
  return (flags & MSG_WAITALL) != 0 || socket_option(socket, SO_RCVLOWAT) > 1 ||
         socket_option(socket, SO_PEEK_OFF) >= 0;
}

/// Whether there is a netfilter socket among the descriptors that came, which are closed.
bool has_netfilter_socket(const msghdr& header) {
  bool found = false;
  for (const cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
       control = CMSG_NXTHDR(const_cast<msghdr*>(&header), const_cast<cmsghdr*>(control))) {
    const bool brings_descriptors =
        control->cmsg_type == SCM_RIGHTS || control->cmsg_type == scm_pidfd;
    if (control->cmsg_level != SOL_SOCKET || !brings_descriptors) continue;
    const std::size_t count = (control->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int number = -1;
      std::memcpy(&number, CMSG_DATA(control) + i * sizeof number, sizeof number);
      const Descriptor descriptor(number);
      found = found || is_netfilter_socket(descriptor.number());
    }
  }
  return found;
}

/// Peeks with as much room as the caller has: from a stream it gets what lies in several messages,
/// up to the first that has descriptors. What is read lands in one scratch buffer, again and again.
Passage peek(int socket, std::size_t room) {
  std::vector<char> scratch(std::min(room, scratch_size));
  const std::size_t parts = room / scratch_size + 1;
  std::vector<iovec> vector(std::min(parts, most_parts),
                            iovec{.iov_base = scratch.data(), .iov_len = scratch.size()});
  alignas(cmsghdr) std::array<char, CMSG_SPACE(most_descriptors * sizeof(int)) + 512> control{};
  msghdr header{};
  header.msg_iov = vector.data();
  header.msg_iovlen = vector.size();
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  const ssize_t size = recvmsg(socket, &header, MSG_PEEK | MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (size < 0 && errno == EAGAIN) return {.kind = Kind::waits};
  if (size < 0) return {.kind = Kind::fails, .error = errno};  // which it took from the socket
  if (has_netfilter_socket(header)) return {.kind = Kind::forbidden};
  // We had no room for all of its descriptors.
  if ((header.msg_flags & MSG_CTRUNC) != 0) return {.kind = Kind::fails, .error = ENOBUFS};
  return {};
}

}  // namespace

Passage look_at_message(const seccomp_notif& call, const Caller& caller, int socket) {
  if (socket_option(socket, SO_DOMAIN) != AF_UNIX) return {};
  if (call.data.nr == SYS_recvmmsg) return {.kind = Kind::unclear};
  const auto flags = static_cast<int>(call.data.args[2]);
  const auto header = caller.load<msghdr>(call.data.args[1]);
  // Room for descriptors may come to be while the call is on its way, so none is no excuse.
  if ((flags & MSG_OOB) != 0 || !header) return {};
  const auto room = room_of(caller, *header);
  if (!room) return {};
  if (takes_another(socket, flags)) return {.kind = Kind::unclear};
  return peek(socket, *room);
}

void drop_message(int socket) {
  std::vector<char> scratch(scratch_size);
  recv(socket, scratch.data(), scratch.size(), MSG_DONTWAIT);
}

}  // namespace cttimeout::tools::wrapper
