// What the guard and the program tell the supervisor.
#pragma once

#include <cstdint>
#include <optional>

#include "caller/descriptor.h"
#include "cttimeout/netlink_socket.h"

namespace cttimeout::tools::wrapper {

struct ProcessEvent {
  enum class Kind : std::uint8_t {
    listens,      ///< the filter is installed; with `listener` and `program`
    ended,        ///< the program; `value` is what waitpid() tells
    not_started,  ///< there is no process for it; `value` is the errno
    all_gone,     ///< nobody is left to tell anything; `value` is what waitpid() tells of the guard
  };
  Kind kind = Kind::all_gone;
  int value = 0;
  Descriptor listener = {};  ///< where the calls of the tree arrive
  Descriptor program = {};   ///< its pidfd
};

/// Two connected ends. What is sent after the other end was closed is lost without a signal.
struct Channel {
  Descriptor ours;
  Descriptor theirs;
};
[[nodiscard]] SyscallResult<Channel> open_channel();

/// False if the event could not be sent.
bool send_event(const Descriptor& channel, const ProcessEvent& event);
/// Waits for the next one; all_gone once the other end is closed everywhere.
[[nodiscard]] ProcessEvent receive_event(const Descriptor& channel);

}  // namespace cttimeout::tools::wrapper
