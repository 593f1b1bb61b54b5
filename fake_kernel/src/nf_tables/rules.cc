// The commands for rules.

#include <cerrno>
#include <utility>

#include "netlink/af_netlink.h"
#include "nf_tables/attributes.h"
#include "nf_tables/expressions.h"
#include "nf_tables/list.h"
#include "nf_tables/nf_tables.h"
#include "nf_tables/object_messages.h"

namespace cttimeout::fake::nft {

namespace {

constexpr std::size_t most_expressions = 128;

auto find_rule(Chain& chain, std::uint64_t handle) {
  return find_pointed(chain.rules, [&](const Rule& rule) { return rule.handle == handle; });
}

}  // namespace

// nf_tables_newrule
int NfTables::new_rule(const ParsedRequest& request) {
  const Attributes& attributes = request.attributes;
  const auto place = table_of(next_, request, NFTA_RULE_TABLE);
  if (!place) return place.error();
  if (!attributes.has(NFTA_RULE_CHAIN)) {
    return attributes.has(NFTA_RULE_CHAIN_ID) ? request.blame(NFTA_RULE_CHAIN_ID, ENOENT) : EINVAL;
  }
  std::shared_ptr<Table>& table = **place;
  const auto known = find_chain(*table, request, NFTA_RULE_CHAIN);
  if (!known) return request.blame(NFTA_RULE_CHAIN, known.error());
  const std::ptrdiff_t chain_at = *known - table->chains.begin();
  const bool appends = request.has_flag(NLM_F_APPEND);
  const bool has_handle = attributes.has(NFTA_RULE_HANDLE);
  Rule rule;
  std::uint64_t neighbour = 0;
  if (has_handle) {
    neighbour = rule.handle = big64_of(attributes[NFTA_RULE_HANDLE]);
    if (find_rule(***known, rule.handle) == (**known)->rules.end()) {
      return request.blame(NFTA_RULE_HANDLE, ENOENT);
    }
    if (request.has_flag(NLM_F_EXCL)) return request.blame(NFTA_RULE_HANDLE, EEXIST);
    if (!request.has_flag(NLM_F_REPLACE)) return EOPNOTSUPP;
  } else {
    if (!request.has_flag(NLM_F_CREATE) || request.has_flag(NLM_F_REPLACE)) return EINVAL;
    rule.handle = ++*table->last_handle;
    if (attributes.has(NFTA_RULE_POSITION)) {
      neighbour = big64_of(attributes[NFTA_RULE_POSITION]);
      if (find_rule(***known, neighbour) == (**known)->rules.end()) {
        return request.blame(NFTA_RULE_POSITION, ENOENT);
      }
    }
  }
  Table& owned = own(table);
  if (const int error = read_expressions(request, owned, rule); error != 0) return error;
  if (attributes.has(NFTA_RULE_USERDATA)) {
    rule.userdata = bytes_of(attributes[NFTA_RULE_USERDATA]);
  }
  std::shared_ptr<Chain>& shared = owned.chains[static_cast<std::size_t>(chain_at)];
  Chain& chain = own(shared);
  auto before = appends ? chain.rules.end() : chain.rules.begin();
  if (neighbour != 0) {
    before = find_rule(chain, neighbour);
    if (has_handle) {
      const std::ptrdiff_t at = before - chain.rules.begin();
      remove_rule(request, table, shared, before);
      before = chain.rules.begin() + at;
    } else if (appends) {
      ++before;
    }
  }
  const auto added = chain.rules.insert(before, std::make_shared<const Rule>(std::move(rule)));
  count_jumps(owned, **added, 1);
  changes_.push_back({.event = NFT_MSG_NEWRULE,
                      .header = request.header(),
                      .table = table,
                      .chain = shared,
                      .rule = *added});
  if (is_too_deep(owned)) return EMLINK;
  return 0;
}

/// Blames the first expression with which something is wrong.
int NfTables::read_expressions(const ParsedRequest& request, Table& table, Rule& rule) {
  if (!request.attributes.has(NFTA_RULE_EXPRESSIONS)) return 0;
  const ExpressionReader reader(request, net_, policies_, table);
  std::size_t left = 0;
  return for_each_attribute(
      request.attributes[NFTA_RULE_EXPRESSIONS], left,
      [&](std::uint16_t type, std::span<const std::byte> payload, std::size_t) {
        if (type != NFTA_LIST_ELEM || rule.expressions.size() == most_expressions) return EINVAL;
        net_.deferred.let_go();  // a check waits for what still holds something (K-NFT-30)
        const int error = reader.read(payload, rule.expressions.emplace_back());
        return error == 0 ? 0 : request.blame(payload, error);
      });
}

/// `step`: 1 for a rule that came, -1 for one that goes. The table is this transaction's own.
void NfTables::count_jumps(Table& table, const Rule& rule, int step) {
  for (const Expression& expression : rule.expressions) {
    if (expression.jump == 0) continue;
    const auto found = find_pointed(
        table.chains, [&](const Chain& chain) { return chain.handle == expression.jump; });
    own(*found).jumps += static_cast<std::uint32_t>(step);
  }
}

// nf_tables_getrule, nf_tables_dump_rules
int NfTables::get_rule(const ParsedRequest& request) {
  const Attributes& attributes = request.attributes;
  if (request.has_flag(NLM_F_DUMP)) {
    const bool of_table = attributes.has(NFTA_RULE_TABLE);
    const bool of_chain = of_table && attributes.has(NFTA_RULE_CHAIN);
    const std::string_view table_name = of_table ? text_of(attributes[NFTA_RULE_TABLE]) : "";
    const std::string_view chain_name = of_chain ? text_of(attributes[NFTA_RULE_CHAIN]) : "";
    std::vector<ListEntry> entries;
    for (const auto& table : current_) {
      if (!request.asks_for(table->family)) continue;
      if (of_table && table->name != table_name) continue;
      for (const auto& chain : table->chains) {
        if (of_chain && chain->name != chain_name) continue;
        std::uint64_t previous = 0;
        for (const auto& rule : chain->rules) {
          entries.emplace_back(
              [table, chain, rule, previous](MessageBuilder& builder, MessageHead head) {
                head.type = NFT_MSG_NEWRULE;
                head.flags |= NLM_F_APPEND;
                write_rule(builder, head, *table, *chain, *rule, previous);
              });
          previous = rule->handle;
        }
      }
    }
    return start_list(request, generation_, std::move(entries));
  }
  const auto table = table_of(current_, request, NFTA_RULE_TABLE);
  if (!table) return table.error();
  const auto chain = find_chain(***table, request, NFTA_RULE_CHAIN);
  if (!chain) return request.blame(NFTA_RULE_CHAIN, chain.error());
  if (!attributes.has(NFTA_RULE_HANDLE)) return EINVAL;
  const auto rule = find_rule(***chain, big64_of(attributes[NFTA_RULE_HANDLE]));
  if (rule == (**chain)->rules.end()) return request.blame(NFTA_RULE_HANDLE, ENOENT);
  MessageBuilder message;
  write_rule(message, head_of(request, NFT_MSG_NEWRULE, generation_), ***table, ***chain, **rule,
             0);
  return request.socket.reply(message);
}

// nf_tables_delrule: one rule, those of a chain, or those of a table.
int NfTables::delete_rule(const ParsedRequest& request) {
  const Attributes& attributes = request.attributes;
  const bool may_be_gone = NFNL_MSG_TYPE(request.header().nlmsg_type) == destroy_rule;
  const auto place = table_of(next_, request, NFTA_RULE_TABLE);
  if (!place) return place.error();
  std::shared_ptr<Table>& table = **place;
  if (!attributes.has(NFTA_RULE_CHAIN)) {
    for (auto& chain : own(table).chains) remove_rules(request, table, chain);
    return 0;
  }
  const auto known = find_chain(*table, request, NFTA_RULE_CHAIN);
  if (!known) return may_be_gone ? 0 : request.blame(NFTA_RULE_CHAIN, known.error());
  const std::ptrdiff_t at = *known - table->chains.begin();
  std::shared_ptr<Chain>& chain = own(table).chains[static_cast<std::size_t>(at)];
  if (attributes.has(NFTA_RULE_HANDLE)) {
    const std::uint64_t handle = big64_of(attributes[NFTA_RULE_HANDLE]);
    const auto found = find_rule(own(chain), handle);
    if (found == chain->rules.end()) {
      return may_be_gone ? 0 : request.blame(NFTA_RULE_HANDLE, ENOENT);
    }
    remove_rule(request, table, chain, found);
  } else if (attributes.has(NFTA_RULE_ID)) {
    return request.blame(NFTA_RULE_ID, ENOENT);
  } else {
    remove_rules(request, table, chain);
  }
  return 0;
}

// nft_delrule. Table and chain are this transaction's own.
void NfTables::remove_rule(const ParsedRequest& request, const std::shared_ptr<Table>& table,
                           const std::shared_ptr<Chain>& chain, RulePlace rule) {
  changes_.push_back({.event = NFT_MSG_DELRULE,
                      .header = request.header(),
                      .table = table,
                      .chain = chain,
                      .rule = *rule});
  chain->rules.erase(rule);
  count_jumps(*table, *changes_.back().rule, -1);
}

// nft_delrule_by_chain. The table is this transaction's own.
void NfTables::remove_rules(const ParsedRequest& request, const std::shared_ptr<Table>& table,
                            std::shared_ptr<Chain>& chain) {
  if (chain->rules.empty()) return;
  for (auto& rule : std::exchange(own(chain).rules, {})) {
    count_jumps(*table, *rule, -1);
    changes_.push_back({.event = NFT_MSG_DELRULE,
                        .header = request.header(),
                        .table = table,
                        .chain = chain,
                        .rule = std::move(rule)});
  }
}

}  // namespace cttimeout::fake::nft
