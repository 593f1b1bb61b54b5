// Types of SCTP chunks (RFC 9260).
#pragma once

#include <cstdint>

namespace cttimeout::fake::sctp {

enum ChunkType : std::uint8_t {
  data,
  init,
  init_ack,
  sack,
  heartbeat,
  heartbeat_ack,
  abort,
  shutdown,
  shutdown_ack,
  error,
  cookie_echo,
  cookie_ack,
  shutdown_complete = 14,
};

}  // namespace cttimeout::fake::sctp
