// The recording that grows while strace's lines are read: events, their dumps, and what was cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "check/readers/capture.h"
#include "check/readers/strace_dump.h"
#include "check/readers/strace_notes.h"
#include "check/readers/strace_transfer.h"

namespace cttimeout::tools::check {

class StraceEvents {
 public:
  /// Where what follows stands.
  void set_file(std::size_t file) { file_ = file; }
  void set_line(std::size_t line) {
    line_ = line;
    begin_.reset();
  }
  [[nodiscard]] std::size_t count() const { return capture_.events.size(); }
  /// How many events there were when the datagram of this line was sent.
  void set_begin(std::size_t events) { begin_ = events; }

  void sent(std::size_t socket, const Transfer& transfer, std::uint32_t port);
  /// `truncated`: the datagram was larger than the buffers.
  void received(std::size_t socket, const Transfer& transfer, bool truncated);
  void failed_to_receive(std::size_t socket, int error);
  /// waits, gap or closed
  void add(std::size_t socket, Event::Kind kind, int error = 0);
  void lacks(Lack lack) { notes_.add(lack, file_, line_); }
  /// A call that is missing may have received on any socket.
  void lose_reads() {
    lacks(Lack::call);
    reads_lost_ = true;
  }

  /// The call that was read last.
  [[nodiscard]] StraceDump& dump() { return dump_; }
  /// The lines of the call and of its dump have been read.
  void finish_call();

  [[nodiscard]] bool refused() const { return error_.has_value(); }
  /// `sockets` is how many there are. `all_traced`: calls that are no network calls are in it as
  /// well.
  [[nodiscard]] ReadResult take(std::size_t sockets, bool all_traced);

 private:
  /// An event of the last call, the bytes of which a dump may tell better.
  struct Pending {
    std::size_t event;
    std::size_t size;
    KnownBytes known;
  };

  Event& push(std::size_t socket, Event::Kind kind);
  void finish(const Pending& pending, const std::vector<std::byte>* dumped);
  [[nodiscard]] std::optional<ReadError> refusal(std::size_t sockets) const;
  void forget_order();
  /// Puts what was sent where its call began: its reply can come before the call returns.
  void put_in_order();
  /// The file of the first datagram that was sent.
  [[nodiscard]] std::size_t first_sender() const;

  Capture capture_;
  StraceNotes notes_;
  StraceDump dump_;
  std::vector<Pending> pending_;
  std::optional<ReadError> error_;
  std::optional<std::size_t> begin_;
  std::vector<std::size_t> order_;  ///< of each event: twice its number, and 1
  bool ordered_ = true;             ///< `order_` rises
  bool reads_lost_ = false;
  std::size_t file_ = 0;
  std::size_t line_ = 0;
};

}  // namespace cttimeout::tools::check
