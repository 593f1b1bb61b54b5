// What one socket did, as a recording or a running program tells it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "netlink/bytes.h"

namespace cttimeout::tools::check {

/// A datagram that was handed to the kernel; one that the system call refused is not told.
struct Sent {
  Bytes bytes;
  std::uint32_t port = 0;  ///< nl_pid of the destination
  bool cut = false;        ///< only the first bytes of the datagram are known
};

/// A receive, whether it brought something or not.
struct Received {
  Bytes bytes = {};             ///< what was placed in the buffer
  std::size_t buffer_size = 0;  ///< what it could have held
  bool peek = false;            ///< MSG_PEEK: the datagram stays
  bool truncated = false;       ///< MSG_TRUNC on return: the datagram was larger
  int error = 0;                ///< errno; then nothing was received
};

}  // namespace cttimeout::tools::check
