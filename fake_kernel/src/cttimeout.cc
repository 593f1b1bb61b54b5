// The five commands of the subsystem.

#include "cttimeout.h"

#include <linux/netfilter/nfnetlink.h>

#include <array>
#include <cerrno>

#include "af_netlink.h"
#include "policy_message.h"

namespace cttimeout {

namespace {

bool has(const Call& call, std::initializer_list<unsigned> types) {
  for (const unsigned type : types) {
    if (call.attributes[type].data() == nullptr) return false;
  }
  return true;
}

// ctnl_timeout_parse_policy: it needs memory for a table of the slots (K-ALLOC-3).
int read_slots(const Call& call, const Protocol& protocol, Ticks& ticks) {
  if (!call.net.memory.allocate()) return ENOMEM;
  return parse_slots(call.attributes[CTA_TIMEOUT_DATA], protocol, call.net.profile.hz, ticks);
}

/// Values start from the namespace's defaults of this moment (K-NEW-5).
int read_ticks(const Call& call, const Protocol& protocol, Ticks& ticks) {
  ticks = call.net.defaults.of(protocol);
  return read_slots(call, protocol, ticks);
}

int replace_policy(const Call& call, StoredPolicy& policy) {
  if ((call.header.nlmsg_flags & NLM_F_EXCL) != 0) return EEXIST;
  if ((call.header.nlmsg_flags & NLM_F_REPLACE) == 0) return EBUSY;
  if (policy.family != family_of(call.attributes[CTA_TIMEOUT_L3PROTO]) ||
      policy.protocol != protocol_of(call.attributes[CTA_TIMEOUT_L4PROTO])) {
    return EINVAL;
  }
  Ticks ticks;
  const int error = read_ticks(call, *call.net.tracker(policy.protocol), ticks);
  if (error == 0) policy.ticks = ticks;
  return error;
}

// cttimeout_new_timeout (K-NEW)
int new_policy(const Call& call) {
  if (!has(call, {CTA_TIMEOUT_NAME, CTA_TIMEOUT_L3PROTO, CTA_TIMEOUT_L4PROTO, CTA_TIMEOUT_DATA})) {
    return EINVAL;
  }
  StoredPolicy policy;
  policy.name = name_of(call.attributes[CTA_TIMEOUT_NAME]);
  if (const auto found = call.net.policies.find(policy.name)) {
    return replace_policy(call, call.net.policies[*found]);
  }
  policy.family = family_of(call.attributes[CTA_TIMEOUT_L3PROTO]);
  policy.protocol = protocol_of(call.attributes[CTA_TIMEOUT_L4PROTO]);
  const Protocol* protocol = call.net.tracker(policy.protocol);
  if (protocol == nullptr) return EOPNOTSUPP;
  if (!call.net.memory.allocate()) return ENOMEM;  // K-ALLOC-2
  const int error = read_ticks(call, *protocol, policy.ticks);
  if (error == 0) call.net.policies.append(policy);
  return error;
}

// ctnl_timeout_dump (K-DUMP-10, K-DUMP-11). The position is the policy that did not fit; if
// exactly that one is gone, nothing after it is found any more.
std::size_t dump_policies(const Namespace& net, Dump& dump, std::uint32_t port_id,
                          std::span<std::byte> part) {
  if (dump.at_end || (dump.resume && !net.policies.alive(*dump.resume))) return 0;
  std::uint32_t at = dump.resume ? dump.resume->index : net.policies.first();
  std::size_t used = 0;
  for (; at != PolicyTable::end; at = net.policies.next(at)) {
    const PolicyMessage message(net, net.policies[at]);
    if (message.size() > part.size() - used) {
      dump.resume = net.policies.key(at);
      return used;
    }
    ReplyWriter writer(part.data() + used);
    message.write(writer, dump.sequence, port_id);
    used += message.size();
  }
  dump.at_end = true;
  return used;
}

// cttimeout_get_timeout (K-GET)
int get_policy(const Call& call) {
  if ((call.header.nlmsg_flags & NLM_F_DUMP) != 0) {
    const int error = call.socket.start_dump(dump_policies, call.header.nlmsg_seq);
    return error == 0 ? started_dump : error;
  }
  if (!has(call, {CTA_TIMEOUT_NAME})) return EINVAL;
  const auto found = call.net.policies.find(name_of(call.attributes[CTA_TIMEOUT_NAME]));
  if (!found) return ENOENT;
  if (!call.net.memory.allocate()) return ENOMEM;  // K-ALLOC-4
  const PolicyMessage message(call.net, call.net.policies[*found]);
  return call.socket.reply(message.size(), message.size(), [&](ReplyWriter& writer) {
    message.write(writer, call.header.nlmsg_seq, call.socket.name().port_id);
  });
}

bool deletable(const Namespace& net, const StoredPolicy& policy) {
  return policy.users == 1 || !net.has(Behaviour::delete_refuses_used);
}

// Without a name: every policy that may go, and success whatever was left (K-DEL-2).
void flush_policies(Namespace& net) {
  for (std::uint32_t at = net.policies.first(); at != PolicyTable::end;) {
    const std::uint32_t next = net.policies.next(at);
    if (deletable(net, net.policies[at])) net.policies.erase(at);
    at = next;
  }
}

// cttimeout_del_timeout (K-DEL)
int delete_policy(const Call& call) {
  if (!has(call, {CTA_TIMEOUT_NAME})) {
    flush_policies(call.net);
    return 0;
  }
  const auto found = call.net.policies.find(name_of(call.attributes[CTA_TIMEOUT_NAME]));
  if (!found) return ENOENT;
  if (!deletable(call.net, call.net.policies[*found])) return EBUSY;
  call.net.policies.erase(*found);
  return 0;
}

// cttimeout_default_set (K-DSET)
int set_default(const Call& call) {
  if (!has(call, {CTA_TIMEOUT_L4PROTO, CTA_TIMEOUT_DATA})) return EINVAL;
  if (call.net.has(Behaviour::default_set_needs_l3proto) && !has(call, {CTA_TIMEOUT_L3PROTO})) {
    return EINVAL;
  }
  const auto* protocol = call.net.tracker(protocol_of(call.attributes[CTA_TIMEOUT_L4PROTO]));
  if (protocol == nullptr) return EOPNOTSUPP;
  return read_slots(call, *protocol, call.net.defaults.of(*protocol));
}

// cttimeout_default_get (K-DGET)
int get_default(const Call& call) {
  if (!has(call, {CTA_TIMEOUT_L3PROTO, CTA_TIMEOUT_L4PROTO})) return EINVAL;
  const auto* protocol = call.net.tracker(protocol_of(call.attributes[CTA_TIMEOUT_L4PROTO]));
  if (protocol == nullptr) return EOPNOTSUPP;
  if (!call.net.memory.allocate()) return ENOMEM;  // K-ALLOC-4
  const DefaultMessage message(call.net, *protocol,
                               family_of(call.attributes[CTA_TIMEOUT_L3PROTO]));
  return call.socket.reply(message.size(), message.size(), [&](ReplyWriter& writer) {
    message.write(writer, call.header.nlmsg_seq, call.socket.name().port_id);
  });
}

}  // namespace

Command find_command(unsigned type) {
  static constexpr std::array<Command, IPCTNL_MSG_TIMEOUT_MAX> commands{
      new_policy, get_policy, delete_policy, set_default, get_default};
  return type < commands.size() ? commands[type] : nullptr;
}

}  // namespace cttimeout
