// The subsystem of timeout policies: its five commands, and what they work on.

#include "cttimeout/timeout_policies.h"

#include <cerrno>

#include "cttimeout/attributes.h"
#include "cttimeout/policy_dump.h"
#include "cttimeout/policy_message.h"
#include "netlink/af_netlink.h"

namespace cttimeout::fake {

namespace {

bool has(const ParsedRequest& request, std::initializer_list<unsigned> types) {
  return std::ranges::all_of(types, [&](unsigned type) { return request.attributes.has(type); });
}

}  // namespace

constexpr std::array<TimeoutPolicies::Handler, IPCTNL_MSG_TIMEOUT_MAX> TimeoutPolicies::commands{
    &TimeoutPolicies::new_policy, &TimeoutPolicies::get_policy, &TimeoutPolicies::delete_policy,
    &TimeoutPolicies::set_default, &TimeoutPolicies::get_default};

std::optional<Command> TimeoutPolicies::find_command(unsigned type) const {
  if (type >= commands.size()) return std::nullopt;
  return Command{.rules = &policy_attribute_rules()};
}

int TimeoutPolicies::run(unsigned type, const ParsedRequest& request) {
  return (this->*commands[type])(request);
}

// ctnl_timeout_parse_policy: it needs memory for a table of the slots (K-ALLOC-3).
int TimeoutPolicies::read_slots(const ParsedRequest& request, const Protocol& protocol,
                                Ticks& ticks) {
  if (!net_.memory.allocate()) return ENOMEM;
  return parse_slots(request.attributes[CTA_TIMEOUT_DATA], protocol, net_.profile.hz, ticks);
}

/// Values start from the namespace's defaults of this moment (K-NEW-5).
int TimeoutPolicies::read_ticks(const ParsedRequest& request, const Protocol& protocol,
                                Ticks& ticks) {
  ticks = defaults_.of(protocol);
  return read_slots(request, protocol, ticks);
}

int TimeoutPolicies::replace(const ParsedRequest& request, Policy& policy) {
  if (request.has_flag(NLM_F_EXCL)) return EEXIST;
  if (!request.has_flag(NLM_F_REPLACE)) return EBUSY;
  if (policy.family != family_of(request.attributes[CTA_TIMEOUT_L3PROTO]) ||
      policy.protocol != protocol_of(request.attributes[CTA_TIMEOUT_L4PROTO])) {
    return EINVAL;
  }
  Ticks ticks;
  const int error = read_ticks(request, *net_.tracker(policy.protocol), ticks);
  if (error == 0) policy.ticks = ticks;
  return error;
}

// cttimeout_new_timeout (K-NEW)
int TimeoutPolicies::new_policy(const ParsedRequest& request) {
  if (!has(request,
           {CTA_TIMEOUT_NAME, CTA_TIMEOUT_L3PROTO, CTA_TIMEOUT_L4PROTO, CTA_TIMEOUT_DATA})) {
    return EINVAL;
  }
  const PolicyName name = name_of(request.attributes[CTA_TIMEOUT_NAME]);
  if (Policy* const found = table_.find(name)) return replace(request, *found);
  const Protocol* protocol = net_.tracker(protocol_of(request.attributes[CTA_TIMEOUT_L4PROTO]));
  if (protocol == nullptr) return EOPNOTSUPP;
  if (!net_.memory.allocate()) return ENOMEM;  // K-ALLOC-2
  auto policy = std::make_shared<Policy>();
  const int error = read_ticks(request, *protocol, policy->ticks);
  if (error != 0) return error;
  policy->name = name;
  policy->family = family_of(request.attributes[CTA_TIMEOUT_L3PROTO]);
  policy->protocol = protocol->number;
  table_.append(std::move(policy));
  return 0;
}

// cttimeout_get_timeout (K-GET)
int TimeoutPolicies::get_policy(const ParsedRequest& request) {
  if (request.has_flag(NLM_F_DUMP)) {
    const int error = request.socket.start_dump(
        std::make_unique<PolicyDump>(table_, net_.profile.hz), request.header().nlmsg_seq);
    return error == 0 ? started_dump : error;
  }
  if (!has(request, {CTA_TIMEOUT_NAME})) return EINVAL;
  const Policy* const found = table_.find(name_of(request.attributes[CTA_TIMEOUT_NAME]));
  if (found == nullptr) return ENOENT;
  if (!net_.memory.allocate()) return ENOMEM;  // K-ALLOC-4
  const PolicyMessage message(*found, net_.profile.hz);
  return request.socket.reply(message.size(), message.size(), [&](ReplyWriter& writer) {
    message.write(writer, request.header().nlmsg_seq, request.socket.name().port_id);
  });
}

bool TimeoutPolicies::deletable(const Policy& policy) const {
  return policy.users == 1 || !net_.has(Behaviour::delete_refuses_used);
}

// Flush: deletes every policy that may go, and succeeds whatever is left (K-DEL-2).
void TimeoutPolicies::flush() {
  for (Policy* at = table_.first(); at != nullptr;) {
    const Policy& policy = *at;
    at = at->next;
    if (deletable(policy)) table_.erase(policy);
  }
}

// cttimeout_del_timeout (K-DEL)
int TimeoutPolicies::delete_policy(const ParsedRequest& request) {
  if (!has(request, {CTA_TIMEOUT_NAME})) {
    flush();
    return 0;
  }
  const Policy* const found = table_.find(name_of(request.attributes[CTA_TIMEOUT_NAME]));
  if (found == nullptr) return ENOENT;
  if (!deletable(*found)) return EBUSY;
  table_.erase(*found);
  return 0;
}

// cttimeout_default_set (K-DSET)
int TimeoutPolicies::set_default(const ParsedRequest& request) {
  if (!has(request, {CTA_TIMEOUT_L4PROTO, CTA_TIMEOUT_DATA})) return EINVAL;
  if (net_.has(Behaviour::default_set_needs_l3proto) && !has(request, {CTA_TIMEOUT_L3PROTO})) {
    return EINVAL;
  }
  const auto* protocol = net_.tracker(protocol_of(request.attributes[CTA_TIMEOUT_L4PROTO]));
  if (protocol == nullptr) return EOPNOTSUPP;
  return read_slots(request, *protocol, defaults_.of(*protocol));
}

// cttimeout_default_get (K-DGET)
int TimeoutPolicies::get_default(const ParsedRequest& request) {
  if (!has(request, {CTA_TIMEOUT_L3PROTO, CTA_TIMEOUT_L4PROTO})) return EINVAL;
  const auto* protocol = net_.tracker(protocol_of(request.attributes[CTA_TIMEOUT_L4PROTO]));
  if (protocol == nullptr) return EOPNOTSUPP;
  if (!net_.memory.allocate()) return ENOMEM;  // K-ALLOC-4
  const DefaultMessage message(*protocol, family_of(request.attributes[CTA_TIMEOUT_L3PROTO]),
                               defaults_.of(*protocol), net_.profile.hz);
  return request.socket.reply(message.size(), message.size(), [&](ReplyWriter& writer) {
    message.write(writer, request.header().nlmsg_seq, request.socket.name().port_id);
  });
}

}  // namespace cttimeout::fake
