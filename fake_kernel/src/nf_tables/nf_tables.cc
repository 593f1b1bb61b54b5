// The subsystem nf_tables: its commands, its transactions, and the events of them.

#include "nf_tables/nf_tables.h"

#include <algorithm>
#include <cerrno>

#include "netlink/af_netlink.h"
#include "nf_tables/attributes.h"
#include "nf_tables/list.h"
#include "nf_tables/object_messages.h"

namespace cttimeout::fake::nft {

namespace {}  // namespace

constexpr std::array<NfTables::Row, NfTables::types> NfTables::commands = [] {
  std::array<Row, types> rows{};
  const auto in_batch = [&](unsigned type, Handler handler, const AttributeRules& rules) {
    rows[type] = {handler, {.rules = &rules, .call = CallType::in_batch}};
  };
  const auto alone = [&](unsigned type, Handler handler, const AttributeRules& rules) {
    rows[type] = {handler, {.rules = &rules}};
  };
  in_batch(NFT_MSG_NEWTABLE, &NfTables::new_table, table_rules);
  alone(NFT_MSG_GETTABLE, &NfTables::get_table, table_rules);
  in_batch(NFT_MSG_DELTABLE, &NfTables::delete_table, table_rules);
  in_batch(destroy_table, &NfTables::delete_table, table_rules);
  in_batch(NFT_MSG_NEWCHAIN, &NfTables::new_chain, chain_rules);
  alone(NFT_MSG_GETCHAIN, &NfTables::get_chain, chain_rules);
  in_batch(NFT_MSG_DELCHAIN, &NfTables::delete_chain, chain_rules);
  in_batch(destroy_chain, &NfTables::delete_chain, chain_rules);
  in_batch(NFT_MSG_NEWRULE, &NfTables::new_rule, rule_rules);
  alone(NFT_MSG_GETRULE, &NfTables::get_rule, rule_rules);
  in_batch(NFT_MSG_DELRULE, &NfTables::delete_rule, rule_rules);
  in_batch(destroy_rule, &NfTables::delete_rule, rule_rules);
  alone(NFT_MSG_GETSET, &NfTables::get_nothing, other_rules);
  alone(NFT_MSG_GETOBJ, &NfTables::get_nothing, other_rules);
  alone(NFT_MSG_GETFLOWTABLE, &NfTables::get_nothing, other_rules);
  alone(NFT_MSG_GETGEN, &NfTables::get_generation, other_rules);
  return rows;
}();

std::optional<Command> NfTables::find_command(unsigned type) const {
  if (type >= commands.size() || commands[type].handler == nullptr) return std::nullopt;
  return commands[type].command;
}

int NfTables::run(unsigned type, const ParsedRequest& request) {
  return (this->*commands[type].handler)(request);
}

bool NfTables::accepts_generation(std::uint32_t generation) const {
  return generation == 0 || generation == generation_;
}

void NfTables::begin() {
  ++transaction_;
  next_ = current_;
}

// nf_tables_commit. A transaction that has changed nothing makes no generation.
void NfTables::commit(Socket& socket, const Request& first, const Caller& caller) {
  if (!changes_.empty()) {
    ++generation_;
    current_ = std::move(next_);
    tell(socket, first, caller);
  }
  for (Change& change : changes_) {
    if (change.event == NFT_MSG_DELRULE) {  // K-NFT-30
      net_.deferred.add(std::move(change.rule), net_.clock.ticks());
    }
  }
  end();
}

void NfTables::abort() {
  end();
}

void NfTables::end() {
  changes_.clear();
  next_.clear();
}

namespace {

/// The rule before this one, where events tell of it: if it is neither the first nor the last.
std::uint64_t position_of(const Chain& chain, const Rule& rule) {
  const auto found = find_pointed(chain.rules, [&](const Rule& other) { return &other == &rule; });
  const bool inside =
      found != chain.rules.end() && found != chain.rules.begin() && found + 1 != chain.rules.end();
  return inside ? (*(found - 1))->handle : 0;
}

/// nf_tables_rule_notify, and the like of the others
std::uint16_t event_flags(unsigned event, unsigned asked) {
  unsigned flags = asked & (NLM_F_CREATE | NLM_F_EXCL);
  const bool is_rule = event == NFT_MSG_NEWRULE || event == NFT_MSG_DELRULE;
  if (is_rule && (asked & (NLM_F_APPEND | NLM_F_REPLACE)) != 0) flags |= NLM_F_APPEND;
  return static_cast<std::uint16_t>(flags);
}

}  // namespace

// nft_commit_notify, nf_tables_gen_notify: who asked for echoes has them as if they were replies.
void NfTables::tell(Socket& socket, const Request& first, const Caller& caller) const {
  MessageBuilder echoes;
  const auto send = [&] {
    if (echoes.size() == 0) return;
    (void)socket.reply(echoes);
    echoes = {};
  };
  MessageHead head{.type = NFT_MSG_NEWGEN,
                   .sequence = first.header.nlmsg_seq,
                   .port_id = socket.name().port_id,
                   .generation = generation_};
  for (const Change& change : changes_) {
    if ((change.header.nlmsg_flags & NLM_F_ECHO) == 0) continue;
    head.type = change.event;
    head.flags = event_flags(change.event, change.header.nlmsg_flags);
    head.sequence = change.header.nlmsg_seq;
    MessageBuilder message;
    if (change.rule != nullptr) {
      const bool is_new = change.event == NFT_MSG_NEWRULE;
      write_rule(message, head, *change.table, *change.chain, *change.rule,
                 is_new ? position_of(*change.chain, *change.rule) : 0);
    } else if (change.chain != nullptr) {
      write_chain(message, head, *change.table, *change.chain);
    } else {
      write_table(message, head, *change.table);
    }
    if (echoes.size() + message.size() > MessageBuilder::usual_room) send();
    echoes.raw(message.bytes());
  }
  send();
  if ((first.header.nlmsg_flags & NLM_F_ECHO) == 0) return;
  head = {.type = NFT_MSG_NEWGEN,
          .sequence = first.header.nlmsg_seq,
          .port_id = head.port_id,
          .generation = generation_};
  write_generation(echoes, head, caller.credentials.process_id,
                   net_.command_of(caller.credentials.process_id));
  send();
}

SyscallResult<NfTables::TablePlace> NfTables::find_table(Tables& tables,
                                                         const ParsedRequest& request,
                                                         unsigned attribute) {
  if (!request.attributes.has(attribute)) return tl::unexpected(EINVAL);
  const std::string_view name = text_of(request.attributes[attribute]);
  const auto found = find_pointed(tables, [&](const Table& table) {
    return table.family == request.family() && table.name == name;
  });
  if (found == tables.end()) return tl::unexpected(ENOENT);
  return found;
}

SyscallResult<NfTables::TablePlace> NfTables::table_of(Tables& tables, const ParsedRequest& request,
                                                       unsigned attribute) {
  const auto found = find_table(tables, request, attribute);
  if (!found) return tl::unexpected(request.blame(attribute, found.error()));
  return found;
}

SyscallResult<NfTables::ChainPlace> NfTables::find_chain(Table& table, const ParsedRequest& request,
                                                         unsigned attribute) {
  if (!request.attributes.has(attribute)) return tl::unexpected(EINVAL);
  const std::string_view name = text_of(request.attributes[attribute]);
  const auto found =
      find_pointed(table.chains, [&](const Chain& chain) { return chain.name == name; });
  if (found == table.chains.end()) return tl::unexpected(ENOENT);
  return found;
}

// nf_tables_getgen
// NOLINTNEXTLINE(readability-make-member-function-const): it is a Handler like the others
int NfTables::get_generation(const ParsedRequest& request) {
  MessageBuilder message;
  write_generation(message, head_of(request, NFT_MSG_NEWGEN, generation_),
                   request.caller.credentials.process_id,
                   net_.command_of(request.caller.credentials.process_id));
  return request.socket.reply(message);
}

// There are no sets, objects and flowtables.
int NfTables::get_nothing(const ParsedRequest& request) {
  if (request.has_flag(NLM_F_DUMP)) return start_list(request, generation_, {});
  const auto table = table_of(current_, request, NFTA_OBJ_TABLE);
  if (!table) return table.error();
  return request.attributes.has(NFTA_OBJ_NAME) ? request.blame(NFTA_OBJ_NAME, ENOENT) : EINVAL;
}

}  // namespace cttimeout::fake::nft
