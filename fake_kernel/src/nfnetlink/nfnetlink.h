// The nfnetlink layer: permission, the walk over messages, the table of subsystems.
#pragma once

#include <linux/netfilter/nfnetlink.h>

#include <array>
#include <initializer_list>
#include <optional>

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
  void receive_batch(Socket& socket, const Request& begin, std::span<const std::byte> datagram,
                     const Caller& caller);
  void receive_message(Socket& socket, const Request& request, const Caller& caller);
  int handle(Socket& socket, const Request& request, const Caller& caller, ExtendedAck& extended);

  NetworkNamespace& net_;
  std::array<Subsystem*, NFNL_SUBSYS_COUNT> subsystems_{};  // by id; null where there is none
};

/// The request at the start of `rest`, or nullopt where no sane header stands (K-FRAME-3/4).
[[nodiscard]] std::optional<Request> first_request(std::span<const std::byte> rest);

/// Runs a command of that message type that is called in that way. Returns 0, an errno, or
/// Subsystem::started_dump.
[[nodiscard]] int run_command(Subsystem& subsystem, CallType call, Socket& socket,
                              const Request& request, const Caller& caller, ExtendedAck& extended);

}  // namespace cttimeout::fake
