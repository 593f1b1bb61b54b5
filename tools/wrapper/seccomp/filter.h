// The filter that a program runs under: which system calls run natively, which not, which are ours.
#pragma once

#include <linux/filter.h>

#include <climits>
#include <span>
#include <vector>

#include "caller/descriptor.h"
#include "cttimeout/netlink_socket.h"

namespace cttimeout::tools::wrapper {

/// The numbers that served sockets have in every process of the tree: `first` and all above. A
/// filter sees numbers only, so this is how it tells served sockets from most other descriptors.
struct DescriptorRange {
  unsigned first;

  [[nodiscard]] bool contains(unsigned number) const {
    return number >= first && number <= static_cast<unsigned>(INT_MAX);
  }
};

/// Starts below the limit of open files, and below 1024 so that select() can have them.
[[nodiscard]] DescriptorRange descriptor_range();

/// What a program may do, decided by architecture, number and arguments of the call:
///  - socket(AF_NETLINK, ..., NETLINK_NETFILTER) and calls of served_calls() on a number of the
///  range
///    go to the supervisor; so do every recvmsg and recvmmsg, if `messages`, sendfile and splice to
///    or from a number of the range, and what closes one: close, close_range, dup2 and dup3 onto
///    it, execve and execveat.
///  - So do table_options, on any number: the supervisor refuses them.
///  - What would pass by the supervisor is refused as by a kernel that does not have it: io_uring
///    and pidfd_getfd (ENOSYS).
///  - System calls of another architecture (32-bit programs, int $0x80, x32) kill the process.
///  - Everything else runs natively. The number -1 does, too: it is what a tracer sets to skip a
///    call.
[[nodiscard]] std::vector<sock_filter> filter_program(DescriptorRange range, bool messages);

/// Puts this process, and all that it starts from now on, under the filter. Returns the descriptor
/// on which their calls arrive. EBUSY: there is such a filter above us already. EINVAL: the kernel
/// has no user notification.
[[nodiscard]] SyscallResult<Descriptor> install_filter(std::span<const sock_filter> program);

}  // namespace cttimeout::tools::wrapper
