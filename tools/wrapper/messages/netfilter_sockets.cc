// Sockets of the real kernel's netfilter, which no program of the tree may have.
#include "messages/netfilter_sockets.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <string>
#include <system_error>
#include <vector>

#include "caller/proc.h"

namespace cttimeout::tools::wrapper {
namespace {

constexpr rlim_t most_descriptors = 1 << 20;  // NR_OPEN of the kernel, unless it was raised

/// Those that are open, at least. Where nothing lists them all numbers are tried, up to the hard
/// limit: a soft one that was lowered leaves those above it open.
std::vector<int> open_descriptors() {
  std::vector<int> open;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", error)) {
    open.push_back(std::stoi(entry.path().filename()));
  }
  if (!error && proc_is_ours()) return open;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  open.resize(std::min(limit.rlim_max, most_descriptors));
  std::iota(open.begin(), open.end(), 0);
  return open;
}

}  // namespace

int socket_option(int descriptor, int option) {
  int value = -1;
  socklen_t size = sizeof value;
  getsockopt(descriptor, SOL_SOCKET, option, &value, &size);
  return value;
}

bool is_netfilter_socket(int descriptor) {
  return socket_option(descriptor, SO_DOMAIN) == AF_NETLINK &&
         socket_option(descriptor, SO_PROTOCOL) == NETLINK_NETFILTER;
}

std::optional<int> inherited_netfilter_socket() {
  for (const int descriptor : open_descriptors()) {
    const int flags = fcntl(descriptor, F_GETFD);
    if (flags < 0 || (flags & FD_CLOEXEC) != 0) continue;
    if (is_netfilter_socket(descriptor)) return descriptor;
  }
  return std::nullopt;
}

}  // namespace cttimeout::tools::wrapper
