// The subsystem nf_tables as a store: tables, chains and rules, changed by transactions.
#pragma once

#include <linux/netfilter/nf_tables.h>

#include <array>
#include <memory>
#include <vector>

#include "core/network_namespace.h"
#include "cttimeout/netlink_socket.h"
#include "cttimeout/policy_table.h"
#include "netlink/message_builder.h"
#include "nf_tables/ruleset.h"
#include "nfnetlink/subsystem.h"

namespace cttimeout::fake::nft {

class NfTables final : public Subsystem, private Transactions {
 public:
  /// Both outlive it.
  NfTables(NetworkNamespace& net, const PolicyTable& policies) : net_(net), policies_(policies) {}

  [[nodiscard]] std::optional<Command> find_command(unsigned type) const override;
  int run(unsigned type, const ParsedRequest& request) override;
  [[nodiscard]] Transactions* transactions() override { return this; }

  /// As the last transaction left them.
  [[nodiscard]] const Tables& tables() const { return current_; }
  [[nodiscard]] std::uint32_t generation() const { return generation_; }

 private:
  using Handler = int (NfTables::*)(const ParsedRequest& request);
  struct Row {
    Handler handler = nullptr;
    Command command = {};
  };
  static constexpr std::size_t types = 34;  // NFT_MSG_MAX of Linux 6.18
  static const std::array<Row, types> commands;

  /// What a transaction has done to one object, for the events that tell of it.
  struct Change {
    unsigned event;  // NFT_MSG_NEW* or NFT_MSG_DEL*
    nlmsghdr header;
    std::shared_ptr<const Table> table;
    std::shared_ptr<const Chain> chain = {};
    std::shared_ptr<const Rule> rule = {};
  };

  using TablePlace = Tables::iterator;
  using ChainPlace = std::vector<std::shared_ptr<Chain>>::iterator;
  using RulePlace = std::vector<std::shared_ptr<const Rule>>::iterator;

  [[nodiscard]] bool accepts_generation(std::uint32_t generation) const override;
  void begin() override;
  void commit(Socket& socket, const Request& first, const Caller& caller) override;
  void abort() override;
  void end();
  void tell(Socket& socket, const Request& first, const Caller& caller) const;

  int new_table(const ParsedRequest& request);
  int update_table(const ParsedRequest& request, std::shared_ptr<Table>& shared);
  int get_table(const ParsedRequest& request);
  int delete_table(const ParsedRequest& request);
  void flush_table(const ParsedRequest& request, TablePlace table);

  int new_chain(const ParsedRequest& request);
  int add_chain(const ParsedRequest& request, std::shared_ptr<Table>& table, std::uint32_t policy,
                std::uint32_t flags);
  int update_chain(const ParsedRequest& request, std::shared_ptr<Table>& table, ChainPlace place,
                   unsigned blamed, std::uint32_t flags);
  void rename_chain(Table& table, Chain& chain, const std::string& name);
  int get_chain(const ParsedRequest& request);
  int delete_chain(const ParsedRequest& request);
  void remove_chain(const ParsedRequest& request, const std::shared_ptr<Table>& table,
                    ChainPlace chain);

  int new_rule(const ParsedRequest& request);
  int read_expressions(const ParsedRequest& request, Table& table, Rule& rule);
  int get_rule(const ParsedRequest& request);
  int delete_rule(const ParsedRequest& request);
  void remove_rule(const ParsedRequest& request, const std::shared_ptr<Table>& table,
                   const std::shared_ptr<Chain>& chain, RulePlace rule);
  void remove_rules(const ParsedRequest& request, const std::shared_ptr<Table>& table,
                    std::shared_ptr<Chain>& chain);
  void count_jumps(Table& table, const Rule& rule, int step);

  int get_nothing(const ParsedRequest& request);
  int get_generation(const ParsedRequest& request);

  /// The table that an attribute names. Nothing is blamed.
  [[nodiscard]] static SyscallResult<TablePlace> find_table(Tables& tables,
                                                            const ParsedRequest& request,
                                                            unsigned attribute);
  /// The same; the attribute is blamed if there is no such table.
  [[nodiscard]] static SyscallResult<TablePlace> table_of(Tables& tables,
                                                          const ParsedRequest& request,
                                                          unsigned attribute);
  /// The chain that an attribute names. Nothing is blamed.
  [[nodiscard]] static SyscallResult<ChainPlace> find_chain(Table& table,
                                                            const ParsedRequest& request,
                                                            unsigned attribute);
  /// What a transaction may change: a copy, unless it was made in this one.
  template <class T>
  T& own(std::shared_ptr<T>& shared) {
    if (shared->made_in != transaction_) {
      shared = std::make_shared<T>(*shared);
      shared->made_in = transaction_;
    }
    return *shared;
  }

  NetworkNamespace& net_;
  const PolicyTable& policies_;
  Tables current_;
  Tables next_;                    // during a transaction
  std::vector<Change> changes_;    // of the transaction
  std::uint64_t transaction_ = 0;  // its number
  std::uint32_t generation_ = 1;
  std::uint64_t last_table_handle_ = 0;
};

}  // namespace cttimeout::fake::nft
