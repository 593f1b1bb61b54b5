// Which process of a trace holds which socket by which descriptor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cttimeout::tools::check {

using ProcessId = std::uint64_t;  ///< 0: strace does not name the only one
using DescriptorNumber = std::uint64_t;

/// What is known of a descriptor: a socket by its number, or that it is something else.
struct Held {
  std::optional<std::size_t> socket;
  bool close_on_exec = false;
  std::size_t since = 0;  ///< when it was opened, by a count of all that were; open() sets it
};

/// Follows fork, exec, dup and close as far as the trace tells of them. A socket whose last
/// descriptor is gone is reported by take_closed().
class Processes {
 public:
  /// The processes are told one after the other, not as they ran: what a thread closes another may
  /// still have used before.
  void tell_apart() { one_by_one_ = true; }

  /// The descriptor is new: whatever it was before was closed.
  void open(ProcessId process, DescriptorNumber descriptor, Held held);
  void close(ProcessId process, DescriptorNumber descriptor);
  /// Only marks them, with `at_exec`.
  void close_range(ProcessId process, DescriptorNumber first, DescriptorNumber last, bool at_exec);
  void close_at_exec(ProcessId process, DescriptorNumber descriptor, bool at_exec);

  /// A call that starts a process has begun; it may run before the call returns.
  void forks(ProcessId parent, bool shares_files);
  /// The call has returned; 0 if it failed.
  void forked(ProcessId parent, ProcessId child, bool shares_files);
  /// strace tells of a new process.
  void started(ProcessId child);
  void execute(ProcessId process);
  void unshare(ProcessId process);
  void end(ProcessId process);

  /// nullopt if nothing is known of the descriptor. A process whose beginning the trace does not
  /// show may have inherited it: then it is what another has by this number, if that is older.
  [[nodiscard]] std::optional<Held> find(ProcessId process, DescriptorNumber descriptor);

  /// The sockets that lost their last descriptor since the last call.
  [[nodiscard]] std::vector<std::size_t> take_closed() { return std::exchange(closed_, {}); }

 private:
  struct Table {
    std::map<DescriptorNumber, Held> entries = {};
    std::size_t users = 1;
    bool origin_known = false;
    std::size_t since = 0;  ///< when the process was seen first, by the same count
  };
  using Shared = std::shared_ptr<Table>;

  Shared& table(ProcessId process);
  Shared& table_without_name();
  [[nodiscard]] Shared new_table() const;
  void start(ProcessId parent, ProcessId child, bool shares_files);
  /// False once copying and searching tables has cost so much that only a made-up trace can do it.
  [[nodiscard]] bool affordable(const Table& table);
  void put(Table& table, DescriptorNumber descriptor, Held held);
  void hold(const Held& held);
  void release(const Held& held);

  std::unordered_map<ProcessId, Shared> tables_;
  std::vector<std::pair<ProcessId, bool>> forking_;
  std::unordered_map<DescriptorNumber, std::weak_ptr<Table>> last_holders_;
  std::vector<std::size_t> holders_;  ///< how many descriptors each socket has
  std::vector<std::size_t> closed_;
  std::size_t opened_ = 0;
  std::size_t looked_at_ = 0;  ///< entries of tables that were copied or searched
  bool one_by_one_ = false;
  ProcessId first_ = 0;  ///< the process that strace did not name at the beginning, once it has
};

}  // namespace cttimeout::tools::check
