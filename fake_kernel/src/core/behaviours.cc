// Behaviours that differ between kernel lines: one row each, two where stable releases differ.

#include "core/behaviours.h"

#include <algorithm>
#include <array>

namespace cttimeout::fake {

namespace {

struct BehaviourRow {
  Behaviour behaviour;
  VersionRange versions;
  std::string_view evidence;
};

constexpr std::array rows{
    BehaviourRow{Behaviour::default_set_needs_l3proto,
                 {{3, 13}, {6, 11}},
                 "cttimeout_default_set: recorded on 6.1, absent on 6.12"},
    BehaviourRow{Behaviour::delete_refuses_used,
                 {{3, 4}, {6, 12}},
                 "ctnl_timeout_try_del: recorded on 6.1, absent on 6.12.117"},
    BehaviourRow{Behaviour::delete_refuses_used,
                 {{6, 13}, {7, 2}},
                 "recorded on 6.18.44, absent on 7.2 (7d6a9cdb8d3a)"},
    BehaviourRow{Behaviour::overrun_counts_new,
                 {{6, 1}},
                 "netlink_attachskb: recorded on 6.1, absent on 5.10"},
    BehaviourRow{
        Behaviour::hook_subsystem, {{6, 1}}, "NFNL_SUBSYS_COUNT: recorded on 6.1, absent on 5.10"},
    BehaviourRow{Behaviour::listen_all_nsid_is_read,
                 {{6, 12}},
                 "netlink_getsockopt: recorded on 6.12, absent on 6.1"},
    BehaviourRow{Behaviour::linger_wraps,
                 {{3, 4}, {5, 11}},
                 "sk_setsockopt: recorded on 5.10.223, absent on 6.1.176"},
    BehaviourRow{Behaviour::older_tcp_window,
                 {{3, 4}, {5, 19}},
                 "tcp_in_window: recorded on 5.10.223, absent on 6.1.176"},
    BehaviourRow{Behaviour::cut_dccp_is_dropped,
                 {{3, 4}, {6, 12}},
                 "nf_conntrack_dccp_packet: seen on 5.10.223 and 6.1.176, absent on 6.12.117"},
    BehaviourRow{Behaviour::every_init_opens,
                 {{3, 4}, {5, 11}},
                 "nf_conntrack_sctp_packet: seen on 5.10.223, absent on 6.1.176"},
    BehaviourRow{Behaviour::inexact_rst_is_unacknowledged,
                 {{6, 12}, {6, 13}},
                 "recorded on 6.12.117, absent on 6.18.44 and 7.2.13"},
};

}  // namespace

bool has(const KernelProfile& profile, Behaviour behaviour) {
  return std::ranges::any_of(rows, [&](const BehaviourRow& row) {
    return row.behaviour == behaviour && row.versions.contains(profile.version);
  });
}

}  // namespace cttimeout::fake
