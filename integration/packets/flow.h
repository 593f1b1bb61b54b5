// Flow: what conntrack tells over netlink of one flow.
#pragma once

#include <netlink/socket.h>

#include <chrono>
#include <cstdint>
#include <optional>

#include "flows/handle.h"
#include "flows/packet.h"

namespace cttimeout::packets {

struct Flow {
  std::chrono::seconds remaining;  ///< until it expires, rounded down
  std::uint64_t packets;           ///< seen so far in both directions, if accounting is on
};

/// Reads the flows of the network namespace in which it was made.
class FlowReader {
 public:
  FlowReader();

  /// The flow to which the packet belongs; nullopt if there is none.
  [[nodiscard]] std::optional<Flow> find(const Packet& packet);

 private:
  Handle<nl_sock, nl_socket_free> socket_;
};

}  // namespace cttimeout::packets
