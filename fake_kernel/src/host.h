// One network namespace, with everything in it that answers.
#pragma once

#include "conntrack/conntrack.h"
#include "core/network_namespace.h"
#include "cttimeout/timeout_policies.h"
#include "nfnetlink/nfnetlink.h"

namespace cttimeout::fake {

/// A new subsystem is one member and one row of nfnetlink's table.
struct Host {
  explicit Host(const KernelProfile& profile) : net(profile) { net.input = &nfnetlink; }

  NetworkNamespace net;
  TimeoutPolicies timeout_policies{net};
  Conntrack conntrack{net, timeout_policies.defaults()};
  Nfnetlink nfnetlink{net, {{NFNL_SUBSYS_CTNETLINK_TIMEOUT, &timeout_policies}}};
  bool caller_is_capable = true;  ///< the process that makes the calls has CAP_NET_ADMIN
};

}  // namespace cttimeout::fake
