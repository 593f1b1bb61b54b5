// What the calls of a trace do to sockets of NETLINK_NETFILTER.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "check/readers/strace_events.h"
#include "check/readers/strace_processes.h"

namespace cttimeout::tools::check {

class StraceSockets {
 public:
  void begin_file(std::size_t file) {
    events_.set_file(file);
    children_.clear();
  }
  /// There is a file for each process.
  void tell_apart() { processes_.tell_apart(); }
  void set_line(std::size_t line) { events_.set_line(line); }
  [[nodiscard]] std::size_t events() const { return events_.count(); }
  /// The next call began when there were that many events, and has returned now.
  void set_begin(std::size_t events) { events_.set_begin(events); }

  /// The line is the last and has no newline: its last number may be cut.
  void set_open_end() { open_end_ = true; }

  /// A call of that process, from its name on.
  void call(ProcessId process, std::string_view text);
  /// It has begun, and another process goes on.
  void begun(ProcessId process, std::string_view text);
  void never_returned(ProcessId process, std::string_view text);
  /// The log has only the beginning of a call that returned.
  void lost_end(ProcessId process, std::string_view text);
  /// The log has only the end of a call: "<... recvfrom resumed>...".
  void lost_begin(std::string_view text);
  /// The log has of a call not even the descriptor, and it may have received.
  void lost_call() {
    if (!sockets_.empty()) events_.lose_reads();
  }
  void started(ProcessId child) { processes_.started(child); }
  void ended(ProcessId process, bool killed);

  [[nodiscard]] StraceDump& dump() { return events_.dump(); }
  void finish_call() { events_.finish_call(); }

  [[nodiscard]] bool refused() const { return events_.refused(); }
  /// The processes that those of the present file started.
  [[nodiscard]] const std::vector<ProcessId>& children() const { return children_; }
  [[nodiscard]] ReadResult take() { return events_.take(sockets_.size(), all_traced_); }

 private:
  struct Socket {
    std::uint32_t port = 0;  ///< of the peer that it is connected to
    bool listens = false;    ///< to a group: it may wait for ever
    bool polled = false;     ///< its last receive found nothing
    bool named = false;      ///< `names_` has it
  };
  /// The descriptor that a call is about.
  struct Target {
    ProcessId process;
    DescriptorText descriptor;
    Held held;   ///< nothing, if it is something else
    bool known;  ///< false: it may be a socket of ours
  };

  Target find(ProcessId process, const DescriptorText& descriptor);
  std::size_t new_socket(ProcessId process, DescriptorNumber descriptor, const std::string& name,
                         bool close_on_exec);
  void name_socket(std::size_t socket, const std::string& name);
  void close_unused();

  void transfer(Target target, const CallRow& row, std::string_view text);
  /// The line ends in the number that the call returned, and it is too small.
  [[nodiscard]] bool is_cut_number(const Call& call, const std::vector<Transfer>& transfers,
                                   const CallRow& row) const;
  /// What an unknown descriptor moves is a message of ours: it is a socket from here on.
  bool recognise(Target& target, const std::vector<Transfer>& transfers, const CallRow& row);
  /// Where close() is not traced, the descriptor may long be something else.
  [[nodiscard]] bool is_doubtful(const Target& target, const CallRow& row,
                                 const Transfer& first) const;
  void sent(std::size_t socket, const std::vector<Transfer>& transfers);
  void received(std::size_t socket, const CallRow& row, const std::vector<Transfer>& transfers);
  void failed(std::size_t socket, const CallRow& row, std::string_view error);
  void pass_descriptors(ProcessId process, const Call& call, const CallRow& row);

  void change(ProcessId process, const CallRow& row, const Call& call);
  void change_socket(const Target& target, const CallRow& row, const Call& call);
  void open_socket(ProcessId process, const Call& call);
  void duplicate(const Target& target, std::uint64_t copy, bool close_on_exec);
  void control(const Target& target, const Call& call);
  void close_range(ProcessId process, const Call& call);

  StraceEvents events_;
  Processes processes_;
  std::vector<Socket> sockets_;
  std::unordered_map<std::string, std::size_t> names_;  ///< sockets by "socket:[651699]"
  std::deque<Held> passing_;                            ///< sent in messages, not yet received
  std::vector<ProcessId> children_;
  bool all_traced_ = false;
  bool closes_traced_ = false;
  bool open_end_ = false;
};

/// The processes that those in this log started.
[[nodiscard]] std::vector<ProcessId> children_in(std::string_view content);

}  // namespace cttimeout::tools::check
