// The messages that tell of tables, chains, rules and generations.
#pragma once

#include <cstdint>
#include <string_view>

#include "netlink/message_builder.h"
#include "nf_tables/ruleset.h"

namespace cttimeout::fake::nft {

/// What the headers of a message say.
struct MessageHead {
  unsigned type;  ///< NFT_MSG_*
  std::uint16_t flags = 0;
  std::uint32_t sequence;
  std::uint32_t port_id;
  std::uint32_t generation;
};

// Each appends one message (nf_tables_fill_table_info and its kin). Of a table or chain that is
// deleted it says no more than what it is.
void write_table(MessageBuilder& builder, const MessageHead& head, const Table& table);
void write_chain(MessageBuilder& builder, const MessageHead& head, const Table& table,
                 const Chain& chain);
/// `position`: handle of the rule before it; 0 says nothing of it.
void write_rule(MessageBuilder& builder, const MessageHead& head, const Table& table,
                const Chain& chain, const Rule& rule, std::uint64_t position);
void write_generation(MessageBuilder& builder, const MessageHead& head, std::uint32_t process_id,
                      std::string_view command);

}  // namespace cttimeout::fake::nft
