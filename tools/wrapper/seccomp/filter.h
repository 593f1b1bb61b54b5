// The filter that a program runs under: which of its system calls the supervisor answers.
#pragma once

#include <linux/filter.h>

#include <span>
#include <vector>

#include "caller/descriptor.h"
#include "cttimeout/netlink_socket.h"

namespace cttimeout::wrapper {

/// The numbers that served sockets have in every process of the tree. A filter sees numbers only,
/// so this is how it tells them from all other descriptors.
struct DescriptorRange {
  unsigned first;
  unsigned count;

  [[nodiscard]] bool contains(unsigned number) const {
    return number >= first && number - first < count;
  }
};

/// Below the limit of open files, and below 1024 so that select() can have them.
[[nodiscard]] DescriptorRange descriptor_range();

/// socket(AF_NETLINK, ..., NETLINK_NETFILTER) and the calls of served_calls() on a descriptor of
/// the range go to the supervisor; everything else runs natively. Programs of another architecture
/// are killed, and there is no io_uring, as both would get past the filter.
[[nodiscard]] std::vector<sock_filter> filter_program(DescriptorRange range);

/// Puts this process, and all that it starts from now on, under the filter. Returns the descriptor
/// on which their calls arrive. EBUSY: there is such a filter above us already. EINVAL: the kernel
/// is older than 5.19.
[[nodiscard]] SyscallResult<Descriptor> install_filter(std::span<const sock_filter> program);

}  // namespace cttimeout::wrapper
