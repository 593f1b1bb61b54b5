// Listener: where the system calls of the tree arrive and are replied to.
#include "seccomp/listener.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#include <cerrno>

namespace cttimeout::tools::wrapper {
namespace {

// Linux 6.6; not in the headers of older distributions.
constexpr unsigned long set_flags = SECCOMP_IOW(4, __u64);
constexpr __u64 synchronous_wake_up = 1;

}  // namespace

Listener::Listener(Descriptor descriptor) : descriptor_(std::move(descriptor)) {
  // Caller and supervisor take turns, so they may share a processor. Only for speed.
  ioctl(number(), set_flags, synchronous_wake_up);
}

std::optional<seccomp_notif> Listener::receive() const {
  seccomp_notif call{};
  if (ioctl(number(), SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) return std::nullopt;
  return call;
}

bool Listener::waits(std::uint64_t call) const {
  return ioctl(number(), SECCOMP_IOCTL_NOTIF_ID_VALID, &call) == 0;
}

bool Listener::reply(std::uint64_t call, std::int64_t result) const {
  seccomp_notif_resp response{};
  response.id = call;
  if (result < 0) {
    response.error = static_cast<std::int32_t>(result);
  } else {
    response.val = result;
  }
  return ioctl(number(), SECCOMP_IOCTL_NOTIF_SEND, &response) == 0;
}

void Listener::let_through(std::uint64_t call) const {
  seccomp_notif_resp response{};
  response.id = call;
  response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  ioctl(number(), SECCOMP_IOCTL_NOTIF_SEND, &response);
}

void Listener::give(std::uint64_t call, int descriptor, int number, bool close_on_exec) const {
  seccomp_notif_addfd added{};
  added.id = call;
  added.flags = SECCOMP_ADDFD_FLAG_SETFD | SECCOMP_ADDFD_FLAG_SEND;
  added.srcfd = static_cast<std::uint32_t>(descriptor);
  added.newfd = static_cast<std::uint32_t>(number);
  added.newfd_flags = close_on_exec ? O_CLOEXEC : 0;
  if (ioctl(this->number(), SECCOMP_IOCTL_NOTIF_ADDFD, &added) < 0) {
    const int error = errno == EBADF ? EMFILE : errno;  // beyond the caller's limit
    [[maybe_unused]] const bool there = reply(call, -error);
  }
}

}  // namespace cttimeout::tools::wrapper
