// What the kernel tells of a thread through its pidfd.
#include "caller/pidfd.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>

namespace cttimeout::tools::wrapper {
namespace {

// <linux/pidfd.h> of newer kernels than that of the headers we build with.
constexpr unsigned thread_only = O_EXCL;                   // PIDFD_THREAD
constexpr unsigned long get_net_namespace = _IO(0xff, 4);  // PIDFD_GET_NET_NAMESPACE
struct Info {                                              // struct pidfd_info, its first version
  std::uint64_t mask = 1;                                  // PIDFD_INFO_PID
  std::uint64_t cgroup = 0;
  std::uint32_t thread = 0;
  std::uint32_t process = 0;
  std::uint32_t parent = 0;
  std::array<std::uint32_t, 8> users_and_groups{};
  std::int32_t exit_code = 0;
};
static_assert(sizeof(Info) == 64);
constexpr unsigned long get_info = _IOWR(0xff, 11, Info);  // PIDFD_GET_INFO

}  // namespace

Descriptor open_thread(pid_t thread) {
  long opened = syscall(SYS_pidfd_open, thread, thread_only);
  if (opened < 0 && errno == EINVAL) opened = syscall(SYS_pidfd_open, thread, 0);
  return Descriptor(static_cast<int>(opened));
}

std::optional<ProcessNumbers> process_numbers(const Descriptor& pidfd) {
  Info info;
  if (ioctl(pidfd.number(), get_info, &info) != 0) return std::nullopt;
  return ProcessNumbers{.process = static_cast<pid_t>(info.process),
                        .parent = static_cast<pid_t>(info.parent)};
}

SyscallResult<Descriptor> network_namespace(const Descriptor& pidfd) {
  Descriptor opened(ioctl(pidfd.number(), get_net_namespace, 0));
  if (!opened) return tl::unexpected(errno);
  return opened;
}

SyscallResult<Descriptor> copy_descriptor(const Descriptor& pidfd, int number) {
  const long copied = syscall(SYS_pidfd_getfd, pidfd.number(), number, 0);
  if (copied < 0) return tl::unexpected(errno);
  return Descriptor(static_cast<int>(copied));
}

}  // namespace cttimeout::tools::wrapper
