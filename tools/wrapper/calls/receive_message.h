// One datagram, received as recvmsg does: recvmmsg does it several times.
#pragma once

#include "calls/calls.h"

namespace cttimeout::tools::wrapper {

/// Into what the msghdr at `message` names; returns what recvmsg returns.
[[nodiscard]] SyscallResult<std::size_t> receive_message(const Call& call, Address message,
                                                         int flags);

/// What a receive ends with: it waits where there was nothing (EAGAIN).
[[nodiscard]] Outcome received_outcome(const SyscallResult<std::size_t>& received);

}  // namespace cttimeout::tools::wrapper
