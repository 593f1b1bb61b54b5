// What a recvmsg on a UNIX socket is about to bring.
#include "messages/unix_message.h"

#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <span>
#include <vector>

#include "messages/netfilter_sockets.h"

namespace cttimeout::wrapper {
namespace {

constexpr std::size_t most_parts = 1024;       // UIO_MAXIOV
constexpr std::size_t most_descriptors = 253;  // SCM_MAX_FD
constexpr int scm_pidfd = 4;                   // SCM_PIDFD, Linux 6.5
constexpr std::size_t scratch_size = 65536;

bool is_unix(int socket) {
  int domain = 0;
  socklen_t size = sizeof domain;
  return getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX;
}

bool has_room_for_descriptors(const msghdr& header) {
  return header.msg_control != nullptr && header.msg_controllen >= CMSG_LEN(sizeof(int));
}

/// Whether any message of a recvmmsg has, as far as its headers can be read.
bool several_have_room(const seccomp_notif& call, const Caller& caller) {
  const auto wanted = static_cast<std::uint32_t>(call.data.args[2]);
  for (std::size_t i = 0; i < std::min<std::size_t>(wanted, most_parts); ++i) {
    const auto header = caller.load<msghdr>(call.data.args[1] + i * sizeof(mmsghdr));
    if (!header) return false;
    if (has_room_for_descriptors(*header)) return true;
  }
  return false;
}

/// How many bytes the caller has room for; as far as that can be read.
std::size_t room_of(const Caller& caller, const msghdr& header) {
  std::vector<iovec> parts(std::min(header.msg_iovlen, most_parts));
  if (!caller.read(std::bit_cast<Address>(header.msg_iov),
                   std::as_writable_bytes(std::span(parts)))) {
    return 0;
  }
  std::size_t room = 0;
  for (const iovec& part : parts) room += std::min(part.iov_len, scratch_size * most_parts);
  return room;
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
  if (size < 0) return errno == EAGAIN ? Passage::waits : Passage::native;
  return has_netfilter_socket(header) ? Passage::forbidden : Passage::native;
}

}  // namespace

Passage look_at_message(const seccomp_notif& call, const Caller& caller, int socket) {
  if (call.data.nr == SYS_recvmmsg) {
    // A peek shows the first message only.
    const bool may_bring = several_have_room(call, caller) && is_unix(socket);
    return may_bring ? Passage::forbidden : Passage::native;
  }
  const auto header = caller.load<msghdr>(call.data.args[1]);
  if (!header || !has_room_for_descriptors(*header) || !is_unix(socket)) return Passage::native;
  return peek(socket, room_of(caller, *header));
}

void drop_message(int socket) {
  std::vector<char> scratch(scratch_size);
  recv(socket, scratch.data(), scratch.size(), MSG_DONTWAIT);
}

}  // namespace cttimeout::wrapper
