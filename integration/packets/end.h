// End: one network namespace, and sockets that send whole IP packets from it.
#pragma once

#include <string>

#include "packet.h"
#include "support/network_namespace.h"
#include "tl/expected.hpp"

namespace cttimeout::packets {

class End {
 public:
  /// A fresh namespace, entered by the calling thread. Otherwise: what was refused.
  [[nodiscard]] static tl::expected<End, std::string> create();

  End(End&& other) noexcept;
  End& operator=(End&&) = delete;
  ~End();

  void enter() const { space_.enter(); }

  /// Sends the packet as if it were ours, by way of the OUTPUT chains; false, with errno, if
  /// refused.
  [[nodiscard]] bool send(const Packet& packet) const;

 private:
  End(test::NetworkNamespace space, int ipv4, int ipv6)
      : space_(std::move(space)), ipv4_(ipv4), ipv6_(ipv6) {}

  test::NetworkNamespace space_;
  int ipv4_;  // raw sockets
  int ipv6_;
};

}  // namespace cttimeout::packets
