// The messages that tell of tables, chains, rules and generations.

#include "nf_tables/object_messages.h"

#include <arpa/inet.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

namespace cttimeout::fake::nft {

namespace {

void begin(MessageBuilder& builder, const MessageHead& head, std::uint8_t family) {
  builder.begin_message(
      nlmsghdr{.nlmsg_len = 0,
               .nlmsg_type = static_cast<std::uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | head.type),
               .nlmsg_flags = head.flags,
               .nlmsg_seq = head.sequence,
               .nlmsg_pid = head.port_id},
      nfgenmsg{.nfgen_family = family,
               .version = NFNETLINK_V0,
               .res_id = htons(static_cast<std::uint16_t>(head.generation))});
}

void write_hook(MessageBuilder& builder, const Hook& hook) {
  const std::size_t nest = builder.begin_nest(NFTA_CHAIN_HOOK);
  builder.big32(NFTA_HOOK_HOOKNUM, hook.number);
  builder.big32(NFTA_HOOK_PRIORITY, static_cast<std::uint32_t>(hook.priority));
  if (!hook.device.empty()) {
    const std::size_t devices = builder.begin_nest(NFTA_HOOK_DEVS);
    builder.text(NFTA_DEVICE_NAME, hook.device);
    builder.end_nest(devices);
    builder.text(NFTA_HOOK_DEV, hook.device);
  }
  builder.end_nest(nest);
  builder.big32(NFTA_CHAIN_POLICY, hook.policy);
  builder.text(NFTA_CHAIN_TYPE, hook.type);
}

void write_counters(MessageBuilder& builder, const Counters& counters) {
  const std::size_t nest = builder.begin_nest(NFTA_CHAIN_COUNTERS);
  builder.big64(NFTA_COUNTER_PACKETS, counters.packets);
  builder.big64(NFTA_COUNTER_BYTES, counters.bytes);
  builder.end_nest(nest);
}

void write_expression(MessageBuilder& builder, const Expression& expression) {
  const std::size_t nest = builder.begin_nest(NFTA_LIST_ELEM);
  builder.text(NFTA_EXPR_NAME, expression.name);
  if (!expression.data.empty()) builder.attribute(NFTA_EXPR_DATA, expression.data);
  builder.end_nest(nest);
}

}  // namespace

void write_table(MessageBuilder& builder, const MessageHead& head, const Table& table) {
  begin(builder, head, table.family);
  builder.text(NFTA_TABLE_NAME, table.name);
  builder.big32(NFTA_TABLE_USE, table.users());
  builder.big64(NFTA_TABLE_HANDLE, table.handle);
  if (head.type == NFT_MSG_DELTABLE) return builder.end_message();
  builder.big32(NFTA_TABLE_FLAGS, table.flags);
  if (!table.userdata.empty()) builder.attribute(NFTA_TABLE_USERDATA, table.userdata);
  builder.end_message();
}

void write_chain(MessageBuilder& builder, const MessageHead& head, const Table& table,
                 const Chain& chain) {
  begin(builder, head, table.family);
  builder.text(NFTA_CHAIN_TABLE, table.name);
  builder.text(NFTA_CHAIN_NAME, chain.name);
  builder.big64(NFTA_CHAIN_HANDLE, chain.handle);
  if (head.type == NFT_MSG_DELCHAIN) return builder.end_message();
  if (chain.hook) write_hook(builder, *chain.hook);
  if (chain.counters) write_counters(builder, *chain.counters);
  if (chain.flags != 0) builder.big32(NFTA_CHAIN_FLAGS, chain.flags);
  builder.big32(NFTA_CHAIN_USE, chain.users());
  if (!chain.userdata.empty()) builder.attribute(NFTA_CHAIN_USERDATA, chain.userdata);
  builder.end_message();
}

void write_rule(MessageBuilder& builder, const MessageHead& head, const Table& table,
                const Chain& chain, const Rule& rule, std::uint64_t position) {
  begin(builder, head, table.family);
  builder.text(NFTA_RULE_TABLE, table.name);
  builder.text(NFTA_RULE_CHAIN, chain.name);
  builder.big64(NFTA_RULE_HANDLE, rule.handle);
  if (position != 0) builder.big64(NFTA_RULE_POSITION, position);
  const std::size_t nest = builder.begin_nest(NFTA_RULE_EXPRESSIONS);
  for (const Expression& expression : rule.expressions) write_expression(builder, expression);
  builder.end_nest(nest);
  if (!rule.userdata.empty()) builder.attribute(NFTA_RULE_USERDATA, rule.userdata);
  builder.end_message();
}

void write_generation(MessageBuilder& builder, const MessageHead& head, std::uint32_t process_id,
                      std::string_view command) {
  begin(builder, head, AF_UNSPEC);
  builder.big32(NFTA_GEN_ID, head.generation);
  builder.big32(NFTA_GEN_PROC_PID, process_id);
  builder.text(NFTA_GEN_PROC_NAME, command);
  builder.end_message();
}

}  // namespace cttimeout::fake::nft
