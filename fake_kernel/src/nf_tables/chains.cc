// The commands for chains.

#include <cerrno>

#include "netlink/af_netlink.h"
#include "nf_tables/attributes.h"
#include "nf_tables/chain_types.h"
#include "nf_tables/expressions.h"
#include "nf_tables/list.h"
#include "nf_tables/nf_tables.h"
#include "nf_tables/object_messages.h"

namespace cttimeout::fake::nft {

namespace {

constexpr std::uint32_t flag_base = 1;
constexpr std::uint32_t flag_offload = 2;
constexpr std::uint32_t flag_binding = 4;
constexpr std::int32_t conntrack_priority = -200;

SyscallResult<std::uint32_t> policy_of(const ParsedRequest& request, const Chain* chain) {
  const bool has_hook = request.attributes.has(NFTA_CHAIN_HOOK);
  const bool is_base = chain != nullptr ? chain->hook.has_value() : has_hook;
  if (!request.attributes.has(NFTA_CHAIN_POLICY)) return std::uint32_t{NF_ACCEPT};
  if (!is_base) return tl::unexpected(request.blame(NFTA_CHAIN_POLICY, EOPNOTSUPP));
  const std::uint32_t policy = big32_of(request.attributes[NFTA_CHAIN_POLICY]);
  if (policy != NF_ACCEPT && policy != NF_DROP) return tl::unexpected(EINVAL);
  return policy;
}

// nft_stats_alloc
SyscallResult<Counters> counters_of(const ParsedRequest& request) {
  constexpr std::array<std::uint16_t, NFTA_COUNTER_MAX + 1> sizes{0, 8, 8};
  Attributes nested(NFTA_COUNTER_MAX);
  const int error = parse_nest(request.attributes[NFTA_CHAIN_COUNTERS], sizes, nested);
  if (error != 0) return tl::unexpected(error);
  if (!nested.has(NFTA_COUNTER_BYTES) || !nested.has(NFTA_COUNTER_PACKETS)) {
    return tl::unexpected(EINVAL);
  }
  return Counters{.packets = big64_of(nested[NFTA_COUNTER_PACKETS]),
                  .bytes = big64_of(nested[NFTA_COUNTER_BYTES])};
}

/// What NFTA_CHAIN_HOOK and NFTA_CHAIN_TYPE ask for, without the policy. `chain`: the base chain
/// that is changed, nullptr for a new one (nft_chain_parse_hook).
SyscallResult<Hook> hook_of(const ParsedRequest& request, const Chain* chain) {
  constexpr std::array<std::uint16_t, NFTA_HOOK_DEVS + 1> sizes{0, 4, 4, 1, 0};
  Attributes nested(NFTA_HOOK_DEVS);
  const int error = parse_nest(request.attributes[NFTA_CHAIN_HOOK], sizes, nested);
  if (error != 0) return tl::unexpected(error);
  const bool has_type = request.attributes.has(NFTA_CHAIN_TYPE);
  Hook hook;
  if (chain != nullptr) hook = *chain->hook;
  if (has_type) hook.type = text_of(request.attributes[NFTA_CHAIN_TYPE]);
  const std::uint8_t family = request.family();
  if (chain == nullptr) {
    if (!nested.has(NFTA_HOOK_HOOKNUM) || !nested.has(NFTA_HOOK_PRIORITY)) {
      return tl::unexpected(request.blame(NFTA_CHAIN_NAME, ENOENT));
    }
    hook.number = big32_of(nested[NFTA_HOOK_HOOKNUM]);
    hook.priority = static_cast<std::int32_t>(big32_of(nested[NFTA_HOOK_PRIORITY]));
    if (!has_type) hook.type = "filter";
  } else {
    if (nested.has(NFTA_HOOK_HOOKNUM) && big32_of(nested[NFTA_HOOK_HOOKNUM]) != hook.number) {
      return tl::unexpected(EOPNOTSUPP);
    }
    if (nested.has(NFTA_HOOK_PRIORITY) &&
        static_cast<std::int32_t>(big32_of(nested[NFTA_HOOK_PRIORITY])) != hook.priority) {
      return tl::unexpected(EOPNOTSUPP);
    }
  }
  const ChainType* const type = find_chain_type(hook.type, family);
  if (type == nullptr) return tl::unexpected(request.blame(NFTA_CHAIN_TYPE, ENOENT));
  if (chain != nullptr) return hook;
  if (hook.number >= 32 || (type->hooks >> hook.number & 1U) == 0) {
    return tl::unexpected(EOPNOTSUPP);
  }
  if (type->name == "nat" && hook.priority <= conntrack_priority) {
    return tl::unexpected(EOPNOTSUPP);
  }
  if (nested.has(NFTA_HOOK_DEV)) hook.device = text_of(nested[NFTA_HOOK_DEV]);
  return hook;
}

}  // namespace

// nf_tables_newchain
int NfTables::new_chain(const ParsedRequest& request) {
  const Attributes& attributes = request.attributes;
  const auto place = table_of(next_, request, NFTA_CHAIN_TABLE);
  if (!place) return place.error();
  std::shared_ptr<Table>& table = **place;
  unsigned blamed = NFTA_CHAIN_NAME;
  auto found = table->chains.end();
  if (attributes.has(NFTA_CHAIN_HANDLE)) {
    blamed = NFTA_CHAIN_HANDLE;
    const std::uint64_t handle = big64_of(attributes[NFTA_CHAIN_HANDLE]);
    found = find_pointed(table->chains, [&](const Chain& c) { return c.handle == handle; });
    if (found == table->chains.end()) return request.blame(NFTA_CHAIN_HANDLE, ENOENT);
  } else if (attributes.has(NFTA_CHAIN_NAME)) {
    if (const auto by_name = find_chain(*table, request, NFTA_CHAIN_NAME)) found = *by_name;
  } else if (!attributes.has(NFTA_CHAIN_ID)) {
    return EINVAL;
  }
  const Chain* const chain = found == table->chains.end() ? nullptr : found->get();
  const auto policy = policy_of(request, chain);
  if (!policy) return policy.error();
  std::uint32_t flags = chain != nullptr ? chain->flags : 0;
  if (attributes.has(NFTA_CHAIN_FLAGS)) flags = big32_of(attributes[NFTA_CHAIN_FLAGS]);
  if ((flags & ~(flag_base | flag_offload | flag_binding)) != 0) return EOPNOTSUPP;
  if (chain == nullptr) return add_chain(request, table, *policy, flags);
  if (request.has_flag(NLM_F_EXCL)) return request.blame(blamed, EEXIST);
  if (request.has_flag(NLM_F_REPLACE)) return EOPNOTSUPP;
  flags |= chain->flags & flag_base;
  const std::ptrdiff_t at = found - table->chains.begin();
  return update_chain(request, table, own(table).chains.begin() + at, blamed, flags);
}

// nf_tables_addchain
int NfTables::add_chain(const ParsedRequest& request, std::shared_ptr<Table>& table,
                        std::uint32_t policy, std::uint32_t flags) {
  Chain chain{.made_in = transaction_, .flags = flags};
  const Attributes& attributes = request.attributes;
  if (attributes.has(NFTA_CHAIN_HOOK)) {
    auto hook = hook_of(request, nullptr);
    if (!hook) return hook.error();
    hook->policy = policy;
    chain.hook = *std::move(hook);
    if (attributes.has(NFTA_CHAIN_COUNTERS)) {
      const auto counters = counters_of(request);
      if (!counters) return counters.error();
      chain.counters = *counters;
    }
    if ((flags & flag_offload) != 0) return EOPNOTSUPP;
    chain.flags |= flag_base;
  } else {
    if ((flags & flag_base) != 0) return EINVAL;
    if ((flags & flag_offload) != 0) return EOPNOTSUPP;
  }
  chain.handle = ++*table->last_handle;
  if (!attributes.has(NFTA_CHAIN_NAME)) return EINVAL;
  if ((flags & flag_binding) != 0) return EINVAL;  // no rule binds it before the end
  chain.name = text_of(attributes[NFTA_CHAIN_NAME]);
  if (attributes.has(NFTA_CHAIN_USERDATA)) {
    chain.userdata = bytes_of(attributes[NFTA_CHAIN_USERDATA]);
  }
  Table& owned = own(table);
  owned.chains.push_back(std::make_shared<Chain>(std::move(chain)));
  changes_.push_back({.event = NFT_MSG_NEWCHAIN,
                      .header = request.header(),
                      .table = table,
                      .chain = owned.chains.back()});
  return 0;
}

// nf_tables_updchain. `table` is this transaction's own.
int NfTables::update_chain(const ParsedRequest& request, std::shared_ptr<Table>& table,
                           ChainPlace place, unsigned blamed, std::uint32_t flags) {
  const Attributes& attributes = request.attributes;
  if ((*place)->flags != flags) return EOPNOTSUPP;
  if (attributes.has(NFTA_CHAIN_HOOK)) {
    if (!(*place)->hook) return request.blame(blamed, EEXIST);
    const auto hook = hook_of(request, place->get());
    if (!hook) return hook.error();
    if (hook->type != (*place)->hook->type) return request.blame(blamed, EEXIST);
  }
  const bool renames = attributes.has(NFTA_CHAIN_HANDLE) && attributes.has(NFTA_CHAIN_NAME);
  if (renames && find_chain(*table, request, NFTA_CHAIN_NAME)) {
    return request.blame(NFTA_CHAIN_NAME, EEXIST);
  }
  std::optional<Counters> counters;
  if (attributes.has(NFTA_CHAIN_COUNTERS)) {
    if (!(*place)->hook) return EOPNOTSUPP;
    const auto given = counters_of(request);
    if (!given) return given.error();
    counters = *given;
  }
  Chain& chain = own(*place);
  if (counters) chain.counters = counters;
  if (attributes.has(NFTA_CHAIN_POLICY)) {
    chain.hook->policy = big32_of(attributes[NFTA_CHAIN_POLICY]);
  }
  if (renames) rename_chain(*table, chain, std::string(text_of(attributes[NFTA_CHAIN_NAME])));
  changes_.push_back(
      {.event = NFT_MSG_NEWCHAIN, .header = request.header(), .table = table, .chain = *place});
  return 0;
}

// nf_tables_getchain, nf_tables_dump_chains
int NfTables::get_chain(const ParsedRequest& request) {
  if (request.has_flag(NLM_F_DUMP)) {
    std::vector<ListEntry> entries;
    for (const auto& table : current_) {
      if (!request.asks_for(table->family)) continue;
      for (const auto& chain : table->chains) {
        entries.emplace_back([table, chain](MessageBuilder& builder, MessageHead head) {
          head.type = NFT_MSG_NEWCHAIN;
          write_chain(builder, head, *table, *chain);
        });
      }
    }
    return start_list(request, generation_, std::move(entries));
  }
  const auto table = table_of(current_, request, NFTA_CHAIN_TABLE);
  if (!table) return table.error();
  const auto chain = find_chain(***table, request, NFTA_CHAIN_NAME);
  if (!chain) return request.blame(NFTA_CHAIN_NAME, chain.error());
  MessageBuilder message;
  write_chain(message, head_of(request, NFT_MSG_NEWCHAIN, generation_), ***table, ***chain);
  return request.socket.reply(message);
}

// nf_tables_delchain: rules of its own go with it, jumps from elsewhere keep it.
int NfTables::delete_chain(const ParsedRequest& request) {
  const Attributes& attributes = request.attributes;
  const auto place = table_of(next_, request, NFTA_CHAIN_TABLE);
  if (!place) return place.error();
  std::shared_ptr<Table>& table = **place;
  const bool by_handle = attributes.has(NFTA_CHAIN_HANDLE);
  const unsigned blamed = by_handle ? NFTA_CHAIN_HANDLE : NFTA_CHAIN_NAME;
  const std::uint64_t handle = by_handle ? big64_of(attributes[NFTA_CHAIN_HANDLE]) : 0;
  const auto found =
      by_handle ? find_pointed(table->chains, [&](const Chain& c) { return c.handle == handle; })
                : find_chain(*table, request, NFTA_CHAIN_NAME).value_or(table->chains.end());
  const bool destroys = NFNL_MSG_TYPE(request.header().nlmsg_type) == destroy_chain;
  if (found == table->chains.end()) {
    if (!by_handle && !attributes.has(NFTA_CHAIN_NAME)) return EINVAL;
    return destroys ? 0 : request.blame(blamed, ENOENT);
  }
  if (attributes.has(NFTA_CHAIN_HOOK) && destroys) return EOPNOTSUPP;
  const Chain& chain = **found;
  if (request.has_flag(NLM_F_NONREC) && chain.users() > 0) return EBUSY;
  const std::ptrdiff_t at = found - table->chains.begin();
  Table& owned = own(table);
  remove_rules(request, table, owned.chains[static_cast<std::size_t>(at)]);
  const auto left = owned.chains.begin() + at;
  if ((*left)->users() > 0) return request.blame(blamed, EBUSY);
  remove_chain(request, table, left);
  return 0;
}

// nft_delchain. `table` is this transaction's own.
void NfTables::remove_chain(const ParsedRequest& request, const std::shared_ptr<Table>& table,
                            ChainPlace chain) {
  changes_.push_back(
      {.event = NFT_MSG_DELCHAIN, .header = request.header(), .table = table, .chain = *chain});
  table->chains.erase(chain);
}

// Rules that lead to it are listed with its name. Both are this transaction's own.
void NfTables::rename_chain(Table& table, Chain& chain, const std::string& name) {
  chain.name = name;
  const auto leads_here = [&](const Expression& e) { return e.jump == chain.handle; };
  for (auto& other : table.chains) {
    for (std::size_t i = 0; i < other->rules.size(); ++i) {
      if (std::ranges::none_of(other->rules[i]->expressions, leads_here)) continue;
      Rule rule = *other->rules[i];
      for (Expression& expression : rule.expressions) {
        if (leads_here(expression)) expression.data = with_chain_name(expression.data, name);
      }
      own(other).rules[i] = std::make_shared<const Rule>(std::move(rule));
    }
  }
}

}  // namespace cttimeout::fake::nft
