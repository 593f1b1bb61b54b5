// One network namespace, with everything in it that answers.
#pragma once

#include "conntrack/conntrack.h"
#include "core/network_namespace.h"
#include "cttimeout/timeout_policies.h"
#include "nf_tables/nf_tables.h"
#include "nfnetlink/nfnetlink.h"
#include "nft_compat/nft_compat.h"

namespace cttimeout::fake {

/// A new subsystem is one member and one row of nfnetlink's table.
struct Host {
  explicit Host(const KernelProfile& profile) : net(profile) { net.input = &nfnetlink; }

  NetworkNamespace net;
  TimeoutPolicies timeout_policies{net};
  Conntrack conntrack{net, timeout_policies.defaults()};
  nft::NfTables nf_tables{net, timeout_policies.table()};
  NftCompat nft_compat;
  Nfnetlink nfnetlink{net,
                      {{NFNL_SUBSYS_CTNETLINK_TIMEOUT, &timeout_policies},
                       {NFNL_SUBSYS_NFTABLES, &nf_tables},
                       {NFNL_SUBSYS_NFT_COMPAT, &nft_compat}}};
  bool caller_is_capable = true;  ///< the process that makes the calls has CAP_NET_ADMIN
};

}  // namespace cttimeout::fake
