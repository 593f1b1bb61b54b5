// Control data of a send: whether a netlink socket takes it, and whom the sender may claim to be.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <vector>

#include "caller/caller.h"

namespace cttimeout::tools::wrapper {

/// msg_control of a message that is to be sent, before anybody looks into it: ENOBUFS for more than
/// the kernel has memory for, EFAULT.
[[nodiscard]] SyscallResult<std::vector<std::byte>> load_control(const Caller& caller,
                                                                 const msghdr& header);

/// The caller's own credentials: its process, its real user and group.
[[nodiscard]] Credentials credentials_of(const Caller& caller);

/// The credentials that it claims, if it does. EINVAL for control messages that are malformed or
/// that netlink does not know, EPERM, ESRCH or EINVAL for credentials that the caller may not
/// claim.
[[nodiscard]] SyscallResult<std::optional<Credentials>> judge_control(
    const Caller& caller, std::span<const std::byte> control);

}  // namespace cttimeout::tools::wrapper
