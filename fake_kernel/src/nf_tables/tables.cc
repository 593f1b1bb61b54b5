// The commands for tables.

#include <cerrno>

#include "netlink/af_netlink.h"
#include "nf_tables/attributes.h"
#include "nf_tables/list.h"
#include "nf_tables/nf_tables.h"
#include "nf_tables/object_messages.h"

namespace cttimeout::fake::nft {

namespace {

constexpr std::uint32_t flag_dormant = 1;

bool has_tables(std::uint8_t family) {
  switch (family) {
    case NFPROTO_INET:
    case NFPROTO_IPV4:
    case NFPROTO_ARP:
    case NFPROTO_NETDEV:
    case NFPROTO_BRIDGE:
    case NFPROTO_IPV6:
      return true;
    default:
      return false;
  }
}

/// EOPNOTSUPP for flags that are not served: a table that belongs to a socket, and one that stays.
SyscallResult<std::uint32_t> flags_of(const ParsedRequest& request) {
  if (!request.attributes.has(NFTA_TABLE_FLAGS)) return 0U;
  const std::uint32_t flags = big32_of(request.attributes[NFTA_TABLE_FLAGS]);
  if ((flags & ~flag_dormant) != 0) return tl::unexpected(EOPNOTSUPP);
  return flags;
}

}  // namespace

// nf_tables_newtable
int NfTables::new_table(const ParsedRequest& request) {
  if (!has_tables(request.family())) return EOPNOTSUPP;
  const auto found = find_table(next_, request, NFTA_TABLE_NAME);
  if (found) {
    if (request.has_flag(NLM_F_EXCL)) return request.blame(NFTA_TABLE_NAME, EEXIST);
    if (request.has_flag(NLM_F_REPLACE)) return EOPNOTSUPP;
    return update_table(request, **found);
  }
  if (found.error() != ENOENT) return found.error();
  const auto flags = flags_of(request);
  if (!flags) return flags.error();
  Table table{.made_in = transaction_,
              .family = request.family(),
              .name = std::string(text_of(request.attributes[NFTA_TABLE_NAME])),
              .handle = ++last_table_handle_,
              .flags = *flags,
              .last_handle = std::make_shared<std::uint64_t>(0)};
  if (request.attributes.has(NFTA_TABLE_USERDATA)) {
    table.userdata = bytes_of(request.attributes[NFTA_TABLE_USERDATA]);
  }
  next_.push_back(std::make_shared<Table>(std::move(table)));
  changes_.push_back(
      {.event = NFT_MSG_NEWTABLE, .header = request.header(), .table = next_.back()});
  return 0;
}

// nf_tables_updtable
int NfTables::update_table(const ParsedRequest& request, std::shared_ptr<Table>& shared) {
  if (!request.attributes.has(NFTA_TABLE_FLAGS)) return 0;
  const auto flags = flags_of(request);
  if (!flags) return flags.error();
  if (*flags == shared->flags) return 0;
  own(shared).flags = *flags;
  changes_.push_back({.event = NFT_MSG_NEWTABLE, .header = request.header(), .table = shared});
  return 0;
}

// nf_tables_gettable, nf_tables_dump_tables
int NfTables::get_table(const ParsedRequest& request) {
  if (request.has_flag(NLM_F_DUMP)) {
    std::vector<ListEntry> entries;
    for (const auto& table : current_) {
      if (!request.asks_for(table->family)) continue;
      entries.emplace_back([table](MessageBuilder& builder, MessageHead head) {
        head.type = NFT_MSG_NEWTABLE;
        write_table(builder, head, *table);
      });
    }
    return start_list(request, generation_, std::move(entries));
  }
  const auto found = table_of(current_, request, NFTA_TABLE_NAME);
  if (!found) return found.error();
  MessageBuilder message;
  write_table(message, head_of(request, NFT_MSG_NEWTABLE, generation_), ***found);
  return request.socket.reply(message);
}

// nf_tables_deltable, nft_flush
int NfTables::delete_table(const ParsedRequest& request) {
  const Attributes& attributes = request.attributes;
  const bool has_handle = attributes.has(NFTA_TABLE_HANDLE);
  const bool has_name = attributes.has(NFTA_TABLE_NAME);
  if (request.family() == NFPROTO_UNSPEC || (!has_name && !has_handle)) {
    const std::string_view name = has_name ? text_of(attributes[NFTA_TABLE_NAME]) : "";
    for (std::size_t i = 0; i < next_.size();) {
      const Table& table = *next_[i];
      if (request.asks_for(table.family) && (!has_name || table.name == name)) {
        flush_table(request, next_.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
    return 0;
  }
  const unsigned attribute = has_handle ? NFTA_TABLE_HANDLE : NFTA_TABLE_NAME;
  auto found = next_.end();
  if (has_handle) {
    const std::uint64_t handle = big64_of(attributes[NFTA_TABLE_HANDLE]);
    found = find_pointed(next_, [&](const Table& table) {
      return table.family == request.family() && table.handle == handle;
    });
  } else if (const auto by_name = find_table(next_, request, NFTA_TABLE_NAME)) {
    found = *by_name;
  }
  if (found == next_.end()) {
    const bool may_be_gone = NFNL_MSG_TYPE(request.header().nlmsg_type) == destroy_table;
    return may_be_gone ? 0 : request.blame(attribute, ENOENT);
  }
  if (request.has_flag(NLM_F_NONREC) && (*found)->users() > 0) return EBUSY;
  flush_table(request, found);
  return 0;
}

// nft_flush_table
void NfTables::flush_table(const ParsedRequest& request, TablePlace table) {
  Table& owned = own(*table);
  for (auto& chain : owned.chains) remove_rules(request, *table, chain);
  while (!owned.chains.empty()) remove_chain(request, *table, owned.chains.begin());
  changes_.push_back({.event = NFT_MSG_DELTABLE, .header = request.header(), .table = *table});
  next_.erase(table);
}

}  // namespace cttimeout::fake::nft
