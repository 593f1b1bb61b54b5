// The recording that grows while strace's lines are read: events, their dumps, and what was cut.
#include "check/readers/strace_events.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <string_view>

namespace cttimeout::tools::check {

Event& StraceEvents::push(std::size_t socket, Event::Kind kind) {
  const bool is_earlier = kind == Event::Kind::sent && begin_ && *begin_ < count();
  order_.push_back(is_earlier ? 2 * *begin_ : 2 * count() + 1);
  ordered_ = ordered_ && !is_earlier;
  capture_.events.push_back({.kind = kind, .socket = socket, .position = line_, .file = file_});
  return capture_.events.back();
}

void StraceEvents::add(std::size_t socket, Event::Kind kind, int error) {
  push(socket, kind).error = error;
}

void StraceEvents::failed_to_receive(std::size_t socket, int error) {
  capture_.knows_reads = true;
  push(socket, Event::Kind::received).error = error;
}

void StraceEvents::sent(std::size_t socket, const Transfer& transfer, std::uint32_t port) {
  push(socket, Event::Kind::sent).port = port;
  pending_.push_back({capture_.events.size() - 1, transfer.moved, transfer.sent()});
}

void StraceEvents::received(std::size_t socket, const Transfer& transfer, bool truncated) {
  capture_.knows_reads = true;
  Event& event = push(socket, Event::Kind::received);
  event.buffer_size = transfer.room();
  event.peek = has_flag(transfer.call_flags, "MSG_PEEK", 0x2);
  event.truncated = truncated;
  const std::size_t size = std::min(transfer.moved, transfer.room());
  pending_.push_back({capture_.events.size() - 1, size, transfer.received()});
}

void StraceEvents::finish(const Pending& pending, const std::vector<std::byte>* dumped) {
  Event& event = capture_.events[pending.event];
  if (dumped != nullptr) {
    event.bytes = *dumped;
    return;
  }
  event.bytes = pending.known.bytes;
  if (event.kind == Event::Kind::received) {
    if (pending.known.cut && !event.peek) add(event.socket, Event::Kind::gap);
    return;
  }
  if (!pending.known.problem.empty() && !error_) {
    error_ = {.text = pending.known.problem, .position = event.position, .file = event.file};
  }
  event.cut = pending.known.cut;
  if (event.cut) {
    const Lack lack = pending.known.apart     ? Lack::apart
                      : pending.known.address ? Lack::address
                                              : Lack::data;
    notes_.add(lack, event.file, event.position);
  }
  if (pending.known.filled) notes_.add(Lack::padding, event.file, event.position);
}

void StraceEvents::finish_call() {
  const std::vector<Pending> pending = std::exchange(pending_, {});
  bool is_used = false;
  for (std::size_t i = 0; i < pending.size(); ++i) {
    const std::vector<std::byte>* const dumped = dump_.find(i, pending[i].size);
    finish(pending[i], dumped);
    is_used = is_used || dumped != nullptr;
  }
  if (!pending.empty() && !dump_.empty() && !is_used) lacks(Lack::dump);
  dump_.clear();
}

void StraceEvents::put_in_order() {
  if (ordered_) return;
  std::vector<std::size_t> numbers(count());
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  std::ranges::stable_sort(numbers, {}, [&](std::size_t number) { return order_[number]; });
  std::vector<Event> events;
  events.reserve(count());
  for (const std::size_t number : numbers) events.push_back(std::move(capture_.events[number]));
  capture_.events = std::move(events);
}

/// A socket that is used in several files: only what was sent is certain.
void StraceEvents::forget_order() {
  std::map<std::size_t, std::set<std::size_t>> files;
  for (const Event& event : capture_.events) {
    if (event.kind != Event::Kind::closed) files[event.socket].insert(event.file);
  }
  std::erase_if(files, [](const auto& entry) { return entry.second.size() < 2; });
  if (files.empty()) return;
  std::vector<Event> events;
  for (Event& event : capture_.events) {
    const bool is_shared = files.contains(event.socket);
    if (is_shared && event.kind != Event::Kind::sent) continue;
    const Event gap{.kind = Event::Kind::gap, .socket = event.socket, .position = event.position};
    events.push_back(std::move(event));
    if (is_shared) events.push_back(gap);
  }
  capture_.events = std::move(events);
  for (const auto& [socket, used_in] : files) notes_.add(Lack::order, *used_in.begin(), 0);
}

std::optional<ReadError> StraceEvents::refusal(std::size_t sockets) const {
  if (error_) return error_;
  const bool has_whole = std::ranges::any_of(capture_.events, [](const Event& event) {
    return event.kind == Event::Kind::sent && !event.cut;
  });
  if (has_whole) return std::nullopt;
  constexpr std::array reasons{
      std::pair<Lack, std::string_view>{Lack::data,
                                        "data was cut; record it with `strace -s 65536`"},
      std::pair<Lack, std::string_view>{
          Lack::address,
          "strace printed the address of the datagram instead of its bytes; record it without `-e "
          "raw`, or with `strace -e write=all`"},
      std::pair<Lack, std::string_view>{
          Lack::apart,
          "strace took the datagram apart buffer by buffer, and lost bytes; record it with `strace "
          "-e write=all`"},
      std::pair<Lack, std::string_view>{
          Lack::line,
          "the line ends before its call does, and no other sends a datagram; record the log "
          "again, whole"},
  };
  for (const auto& [lack, text] : reasons) {
    const auto entry = notes_.find(lack);
    if (!entry) continue;
    return ReadError{.text = std::string(text), .position = entry->line, .file = entry->file};
  }
  if (sockets != 0) return std::nullopt;
  return ReadError{.text =
                       "no call of strace opens a NETLINK_NETFILTER socket in it, or sends a "
                       "message of this endpoint; trace the program from its start, with -f if "
                       "it starts others, or attach with `strace -yy -p PID`"};
}

std::size_t StraceEvents::first_sender() const {
  const auto found = std::ranges::find(capture_.events, Event::Kind::sent, &Event::kind);
  return found == capture_.events.end() ? 0 : found->file;
}

ReadResult StraceEvents::take(std::size_t sockets, bool all_traced) {
  if (auto error = refusal(sockets)) return tl::unexpected(*std::move(error));
  put_in_order();
  forget_order();
  if (reads_lost_) capture_.knows_reads = false;
  for (auto& [file, text] : notes_.texts()) {
    capture_.remarks.push_back(std::move(text));
    capture_.remark_files.push_back(file);
  }
  if (!all_traced) {
    capture_.remark_files.push_back(first_sender());
    capture_.remarks.emplace_back(
        "there may be requests and replies that the log does not hold: it has no read, write, dup "
        "or close; `-e trace=network,desc,process` records them");
  }
  return std::move(capture_);
}

}  // namespace cttimeout::tools::check
