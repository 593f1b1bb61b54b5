// The rules of table raw with the CT target.
#include "conntrack/ct_rules.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "conntrack/tuple.h"

namespace cttimeout::fake {
namespace {

bool matches(const CtRule& rule, const Tuple& tuple) {
  return rule.family == tuple.family && (rule.protocol == 0 || rule.protocol == tuple.protocol) &&
         (!rule.source || rule.source->contains(tuple.source)) &&
         (!rule.destination || rule.destination->contains(tuple.destination)) &&
         rule.source_port.contains(tuple.source_port) &&
         rule.destination_port.contains(tuple.destination_port);
}

/// Whether iptables could write it down.
bool makes_sense(const CtRule& rule, const NetworkNamespace& net) {
  for (const auto& prefix : {rule.source, rule.destination}) {
    if (prefix && prefix->family != rule.family) return false;
  }
  if (rule.source_port.is_every_port() && rule.destination_port.is_every_port()) return true;
  return has_ports(rule.protocol) && net.tracker(rule.protocol) != nullptr;
}

}  // namespace

// xt_ct_tg_check
SyscallResult<CtTarget> CtRules::judge(const CtRule& rule, const NetworkNamespace& net,
                                       const PolicyTable& policies) {
  if (rule.family != AF_INET && rule.family != AF_INET6) return tl::unexpected(ENOENT);
  if (!makes_sense(rule, net)) return tl::unexpected(EINVAL);
  if (rule.notrack) return CtTarget{.untracked = true};
  if (rule.timeout.empty()) return CtTarget{};
  return judge(rule.timeout.c_str(), rule.family, rule.protocol, net, policies);
}

// xt_ct_set_timeout
SyscallResult<CtTarget> CtRules::judge(std::string_view timeout, std::uint8_t family,
                                       std::uint8_t protocol, const NetworkNamespace& net,
                                       const PolicyTable& policies) {
  if (timeout.size() >= CTNL_TIMEOUT_NAME_MAX) return tl::unexpected(ENAMETOOLONG);
  if (protocol == 0) return tl::unexpected(EINVAL);
  auto policy = policies.share(PolicyName(timeout));
  if (policy == nullptr) return tl::unexpected(ENOENT);
  const std::uint8_t tracker = net.tracker_or_generic(protocol).number;
  if (policy->family != family || policy->protocol != tracker) return tl::unexpected(EINVAL);
  return CtTarget{.policy = std::move(policy)};
}

std::uint64_t CtRules::insert(std::size_t place, const CtRule& rule, CtTarget target) {
  auto& chain = chains_.at(static_cast<std::size_t>(rule.chain));
  const auto before = chain.begin() + static_cast<std::ptrdiff_t>(std::min(place, chain.size()));
  const bool is_notrack = target.untracked;
  chain.insert(before, {last_id_ + 1, rule, std::move(target)});
  if (is_notrack) ++notracks_;
  return ++last_id_;
}

void CtRules::remove(std::uint64_t id) {
  for (auto& chain : chains_) {
    const auto found = std::ranges::find(chain, id, &Entry::id);
    if (found == chain.end()) continue;
    if (found->target.untracked) --notracks_;
    chain.erase(found);
    return;
  }
}

bool CtRules::finds_notrack(const Packet& packet) const {
  const CtTarget* target = find(packet);
  return target != nullptr && target->untracked;
}

const CtTarget* CtRules::find(const Packet& packet) const {
  const auto& chain = chains_.at(static_cast<std::size_t>(packet.hook));
  const auto found = std::ranges::find_if(
      chain, [&](const Entry& entry) { return matches(entry.rule, packet.tuple); });
  return found != chain.end() ? &found->target : nullptr;
}

}  // namespace cttimeout::fake
