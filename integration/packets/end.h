// End: one network namespace, and sockets that send whole IP packets from it.
#pragma once

#include <string>

#include "flows/packet.h"
#include "flows/raw_ip.h"
#include "support/network_namespace.h"
#include "tl/expected.hpp"

namespace cttimeout::packets {

class End {
 public:
  /// A fresh namespace, entered by the calling thread. Otherwise: what was refused.
  [[nodiscard]] static tl::expected<End, std::string> create();

  void enter() const { space_.enter(); }

  /// Sends the packet as if it were ours, by way of the OUTPUT chains; false, with errno, if
  /// refused.
  [[nodiscard]] bool send(const Packet& packet) const { return sockets_.send(ip_packet(packet)); }

 private:
  explicit End(test::NetworkNamespace space) : space_(std::move(space)) {}

  test::NetworkNamespace space_;
  test::RawIp sockets_;  // made after it was entered
};

}  // namespace cttimeout::packets
