// The nfnetlink layer: permission, the walk over messages, the table of subsystems.
#pragma once

#include <linux/netfilter/nfnetlink.h>

#include <array>
#include <initializer_list>

#include "core/network_namespace.h"
#include "netlink/netlink_ack.h"
#include "netlink/netlink_input.h"
#include "nfnetlink/subsystem.h"

namespace cttimeout::fake {

class Nfnetlink final : public NetlinkInput {
 public:
  struct Row {
    unsigned id;  ///< NFNL_SUBSYS_*
    Subsystem* subsystem;
  };

  /// All of the table outlives it.
  Nfnetlink(NetworkNamespace& net, std::initializer_list<Row> table);

  void receive(Socket& socket, std::span<const std::byte> datagram, const Caller& caller) override;

 private:
  void receive_message(Socket& socket, const Request& request);
  int handle(Socket& socket, const Request& request, ExtendedAck& extended);

  NetworkNamespace& net_;
  std::array<Subsystem*, NFNL_SUBSYS_COUNT> subsystems_{};  // by id; null where there is none
};

}  // namespace cttimeout::fake
