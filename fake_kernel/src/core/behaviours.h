// Behaviours that differ between kernel lines.
#pragma once

#include <cstdint>

#include "cttimeout/kernel_profile.h"

namespace cttimeout::fake {

enum class Behaviour : std::uint8_t {
  default_set_needs_l3proto,  ///< K-VER-9: DEFAULT_SET without L3PROTO is EINVAL
  delete_refuses_used,        ///< K-VER-16: DELETE of a policy in use is EBUSY, flush skips it
  overrun_counts_new,         ///< K-VER-17: a datagram must fit, not only those before it
  hook_subsystem,             ///< K-BATCH-2: subsystem 12 is within range
  listen_all_nsid_is_read,    ///< K-SOCK-11: getsockopt knows NETLINK_LISTEN_ALL_NSID
  linger_wraps,               ///< K-SOCK-23: SO_LINGER keeps its seconds in ticks of 32 bits
  older_tcp_window,     ///< K-FLOW-355: no packet is ignored by its window, and the rules of RST
  cut_dccp_is_dropped,  ///< K-FLOW-251: a header that ends too soon; elsewhere it is INVALID
  every_init_opens,     ///< K-FLOW-233: of sctp, also one whose tag is known already
  inexact_rst_is_unacknowledged,  ///< K-FLOW-351: such a RST cuts to UNACK and not to CLOSE
};

/// Whether a kernel of that profile behaves so.
[[nodiscard]] bool has(const KernelProfile& profile, Behaviour behaviour);

}  // namespace cttimeout::fake
