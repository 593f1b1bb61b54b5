// What the kernel tells of a thread through its pidfd.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "caller/descriptor.h"
#include "cttimeout/netlink_socket.h"

namespace cttimeout::tools::wrapper {

/// A pidfd of that thread alone (Linux 6.9), else of the process whose first thread it is; none if
/// it is neither.
[[nodiscard]] Descriptor open_thread(pid_t thread);

/// A process, in numbers of this process's pid namespace.
struct ProcessNumbers {
  pid_t process = 0;
  pid_t parent = 0;
};
/// Linux 6.13; nullopt before that, or if it has ended.
[[nodiscard]] std::optional<ProcessNumbers> process_numbers(const Descriptor& pidfd);

/// Its network namespace, open. Linux 6.11: ENOTTY or EINVAL before that.
[[nodiscard]] SyscallResult<Descriptor> network_namespace(const Descriptor& pidfd);

/// A copy of its descriptor `number`; EBADF if it has none of that number.
[[nodiscard]] SyscallResult<Descriptor> copy_descriptor(const Descriptor& pidfd, int number);

}  // namespace cttimeout::tools::wrapper
