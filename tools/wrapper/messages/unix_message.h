// What a recvmsg on a UNIX socket is about to bring.
#pragma once

#include <linux/seccomp.h>

#include <cstdint>

#include "caller/caller.h"

namespace cttimeout::tools::wrapper {

/// How a recvmsg or recvmmsg may go on.
struct Passage {
  enum class Kind : std::uint8_t {
    native,     ///< nothing that it could bring matters
    waits,      ///< there is no message yet
    fails,      ///< with `error`
    forbidden,  ///< its message brings a netfilter socket
    unclear,    ///< it might bring one, and there is no way to tell before
  };
  Kind kind = Kind::native;
  int error = 0;
};

/// Looks at the call's arguments, and at the first message in the queue, which stays there.
/// `socket` is a copy of the caller's descriptor.
[[nodiscard]] Passage look_at_message(const seccomp_notif& call, const Caller& caller, int socket);

/// Takes that message away.
void drop_message(int socket);

}  // namespace cttimeout::tools::wrapper
