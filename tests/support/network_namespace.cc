// Namespaces and capabilities of this process, by system call.
#include "support/network_namespace.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

namespace cttimeout::test {
namespace {

bool write_file(const char* path, std::string_view text) {
  const int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  return (close(file) == 0) && written;
}

// A test that goes on without its namespace would change the machine's own policies.
[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::abort();
}

}  // namespace

std::optional<std::string> enter_own_user_namespace() {
  const std::string user = std::to_string(getuid());
  const std::string group = std::to_string(getgid());
  if (unshare(CLONE_NEWUSER) != 0) {
    if (geteuid() == 0) return std::nullopt;
    return "no user namespace: " + std::string(std::strerror(errno));
  }
  // An unprivileged process may map its groups only after giving up setgroups().
  if (!write_file("/proc/self/setgroups", "deny") ||
      !write_file("/proc/self/uid_map", "0 " + user + " 1") ||
      !write_file("/proc/self/gid_map", "0 " + group + " 1")) {
    return "no mapping into the user namespace: " + std::string(std::strerror(errno));
  }
  return std::nullopt;
}

void set_network_capabilities(bool capable) {
  static_assert(CAP_TO_INDEX(CAP_NET_ADMIN) == CAP_TO_INDEX(CAP_NET_BROADCAST) &&
                CAP_TO_INDEX(CAP_NET_ADMIN) == CAP_TO_INDEX(CAP_NET_RAW));
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  if (syscall(SYS_capget, &header, sets.data()) != 0) give_up("capget");
  std::uint32_t& effective = sets[CAP_TO_INDEX(CAP_NET_ADMIN)].effective;
  const std::uint32_t bits =
      CAP_TO_MASK(CAP_NET_ADMIN) | CAP_TO_MASK(CAP_NET_BROADCAST) | CAP_TO_MASK(CAP_NET_RAW);
  effective = capable ? effective | bits : effective & ~bits;
  if (syscall(SYS_capset, &header, sets.data()) != 0) give_up("capset");
}

SyscallResult<NetworkNamespace> NetworkNamespace::create() {
  if (unshare(CLONE_NEWNET) != 0) return tl::unexpected(errno);
  const int descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return tl::unexpected(errno);
  return NetworkNamespace(descriptor);
}

NetworkNamespace::NetworkNamespace(NetworkNamespace&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

NetworkNamespace::~NetworkNamespace() {
  if (descriptor_ >= 0) close(descriptor_);
}

void NetworkNamespace::enter() const {
  if (setns(descriptor_, CLONE_NEWNET) != 0) give_up("setns");
}

}  // namespace cttimeout::test
