// The system calls of a netlink socket, any of which can be made to fail: libc's, replaced.
//
// A function of the program comes before one of the same name in libc, for libmnl, too.
#include "torture/system_calls.h"

#include <dlfcn.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

namespace {

bool noting = false;
std::map<std::uint64_t, int> failing_calls;
std::vector<std::string> noted;

bool fails(const char* call) {
  if (!noting) return false;
  noted.emplace_back(call);
  const auto found = failing_calls.find(noted.size());
  if (found == failing_calls.end()) return false;
  errno = found->second;
  return true;
}

template <class Function>
Function* libc(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

namespace cttimeout::test {

FailingCalls::FailingCalls(std::map<std::uint64_t, int> failing) {
  failing_calls = std::move(failing);
  noted.clear();
  noting = true;
}

FailingCalls::~FailingCalls() {
  noting = false;
}

const std::vector<std::string>& FailingCalls::made() const {
  return noted;
}

}  // namespace cttimeout::test

extern "C" {

int socket(int domain, int type, int protocol) noexcept {
  if (fails("socket")) return -1;
  return libc<decltype(socket)>("socket")(domain, type, protocol);
}

int bind(int fd, const sockaddr* address, socklen_t size) noexcept {
  if (fails("bind")) return -1;
  return libc<decltype(bind)>("bind")(fd, address, size);
}

int getsockname(int fd, sockaddr* address, socklen_t* size) noexcept {
  if (fails("getsockname")) return -1;
  return libc<decltype(getsockname)>("getsockname")(fd, address, size);
}

int setsockopt(int fd, int level, int option, const void* value, socklen_t size) noexcept {
  if (fails("setsockopt")) return -1;
  return libc<decltype(setsockopt)>("setsockopt")(fd, level, option, value, size);
}

ssize_t sendto(int fd, const void* bytes, size_t size, int flags, const sockaddr* to,
               socklen_t to_size) {
  if (fails("sendto")) return -1;
  return libc<decltype(sendto)>("sendto")(fd, bytes, size, flags, to, to_size);
}

ssize_t recvmsg(int fd, msghdr* message, int flags) {
  if (fails("recvmsg")) return -1;
  return libc<decltype(recvmsg)>("recvmsg")(fd, message, flags);
}

int poll(pollfd* descriptors, nfds_t count, int timeout) {
  if (fails("poll")) return -1;
  return libc<decltype(poll)>("poll")(descriptors, count, timeout);
}

}  // extern "C"
