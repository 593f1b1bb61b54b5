// What the calls of a trace do to sockets of NETLINK_NETFILTER.
#include "check/readers/strace_sockets.h"

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_cttimeout.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cerrno>

#include "check/readers/lines.h"
#include "check/readers/strace_line.h"
#include "netlink/message.h"

namespace cttimeout::tools::check {
namespace {

constexpr std::string_view mark_of_ours = "NFNL_SUBSYS_CTNETLINK_TIMEOUT<<8";

std::string_view name_of(std::string_view text) {
  return text.substr(0, text.find('('));
}

bool is_network(const CallRow& row) {
  return row.name.starts_with("recv") || row.name.starts_with("send");
}

std::string_view arguments_of(std::string_view text) {
  const std::size_t open = text.find('(');
  return open == std::string_view::npos ? std::string_view() : text.substr(open + 1);
}

/// What strace -y or -yy says that a descriptor is.
enum class Nature : std::uint8_t { unknown, netfilter, other };

Nature nature_of(std::string_view name) {
  constexpr std::string_view netlink = "NETLINK:[";
  if (name.empty() || name.starts_with("socket:[")) return Nature::unknown;
  if (!name.starts_with(netlink)) return Nature::other;
  const std::string_view protocol = name.substr(netlink.size());
  if (protocol.starts_with("NETFILTER") || protocol.starts_with("12:")) return Nature::netfilter;
  return protocol.find(':') == std::string_view::npos ? Nature::unknown : Nature::other;
}

/// Only the number inside the name tells this socket from others: "socket:[651699]".
bool is_unique(std::string_view name) {
  return name.starts_with("socket:[");
}

/// The datagram begins with a message of this endpoint: no other family has such types.
bool is_ours(const KnownBytes& known, std::size_t moved, bool is_sent) {
  const Bytes bytes = known.bytes;
  const auto length = load<std::uint32_t>(bytes, 0);
  const auto type = load<std::uint16_t>(bytes, 4);
  const bool is_request = (load<std::uint16_t>(bytes, 6) & NLM_F_REQUEST) != 0;
  return bytes.size() >= header_size && length >= header_size && length <= moved &&
         type >> 8U == NFNL_SUBSYS_CTNETLINK_TIMEOUT && (type & 0xffU) < IPCTNL_MSG_TIMEOUT_MAX &&
         is_request == is_sent;
}

/// The length fits or the type is ours, in either byte order.
bool looks_like_netlink(const KnownBytes& known, std::size_t moved) {
  const auto length = load<std::uint32_t>(known.bytes, 0);
  const auto type = load<std::uint16_t>(known.bytes, 4);
  const auto is_type = [](unsigned value) {
    return value >> 8U == NFNL_SUBSYS_CTNETLINK_TIMEOUT && (value & 0xffU) < IPCTNL_MSG_TIMEOUT_MAX;
  };
  return known.bytes.size() >= header_size &&
         (length <= moved || swapped(length) <= moved || is_type(type) || is_type(swapped(type)));
}

/// What the call returned is less than it moved, as its arguments show.
bool returns_too_little(const Transfer& transfer, CallKind kind) {
  if (kind == CallKind::send) return transfer.moved < transfer.room();
  if (transfer.moved != 0 && transfer.moved < header_size) return true;
  return load<std::uint32_t>(transfer.received().bytes, 0) > transfer.moved;
}

}  // namespace

void StraceSockets::close_unused() {
  for (const std::size_t socket : processes_.take_closed()) {
    events_.add(socket, Event::Kind::closed);
  }
}

std::size_t StraceSockets::new_socket(ProcessId process, DescriptorNumber descriptor,
                                      const std::string& name, bool close_on_exec) {
  const std::size_t socket = sockets_.size();
  sockets_.emplace_back();
  processes_.open(process, descriptor, {.socket = socket, .close_on_exec = close_on_exec});
  name_socket(socket, name);
  close_unused();
  return socket;
}

void StraceSockets::name_socket(std::size_t socket, const std::string& name) {
  if (!is_unique(name)) return;
  names_.insert_or_assign(name, socket);
  sockets_[socket].named = true;
}

StraceSockets::Target StraceSockets::find(ProcessId process, const DescriptorText& descriptor) {
  const auto held = processes_.find(process, descriptor.number);
  Target target{.process = process,
                .descriptor = descriptor,
                .held = held.value_or(Held{}),
                .known = held.has_value()};
  const Nature nature = nature_of(descriptor.name);
  if (nature == Nature::other) {
    target.held = {};
    target.known = true;
  } else if (nature == Nature::netfilter && !target.held.socket) {
    target.held.socket = new_socket(process, descriptor.number, descriptor.name, false);
    target.known = true;
  } else if (is_unique(descriptor.name)) {
    const auto named = names_.find(descriptor.name);
    if (named != names_.end()) {
      target.held.socket = named->second;
      target.known = true;
    } else if (target.held.socket && !sockets_[*target.held.socket].named) {
      name_socket(*target.held.socket, descriptor.name);
    } else if (target.held.socket) {
      target.held = {};  // another socket by the same number
      target.known = false;
    }
  }
  return target;
}

void StraceSockets::call(ProcessId process, std::string_view text) {
  const CallRow* const row = find_call(name_of(text));
  if (row == nullptr) return;
  const bool moves = row->kind == CallKind::send || row->kind == CallKind::receive;
  if ((moves && !is_network(*row)) || row->kind == CallKind::close || row->kind == CallKind::open ||
      row->kind == CallKind::duplicate || row->kind == CallKind::control ||
      row->kind == CallKind::other) {
    all_traced_ = true;
  }
  if (row->kind == CallKind::close) closes_traced_ = true;
  if (moves) {
    const auto descriptor = parse_descriptor(arguments_of(text));
    if (descriptor) return transfer(find(process, *descriptor), *row, text);
    if (arguments_of(text).empty() && row->kind == CallKind::receive) lost_call();
    return;
  }
  if (row->kind == CallKind::other) return;
  const auto call = parse_call(text);
  if (!call || !call->result.returned) return;
  if (call->result.injected && call->result.error.empty()) return events_.lacks(Lack::injected);
  change(process, *row, *call);
  close_unused();
}

void StraceSockets::transfer(Target target, const CallRow& row, std::string_view text) {
  const bool passes = text.find("SCM_RIGHTS") != std::string_view::npos;
  const bool is_other = target.known && !target.held.socket;
  if (is_other && !passes) return;
  const auto call = parse_call(text);
  if (call && passes && call->result.error.empty()) pass_descriptors(target.process, *call, row);
  if (is_other) return;
  auto transfers = call ? transfers_of(*call, row.shape) : std::nullopt;
  const bool succeeded = call && call->result.returned && call->result.error.empty();
  const bool is_number_cut = succeeded && transfers && is_cut_number(*call, *transfers, row);
  if (is_number_cut && row.kind == CallKind::send) {
    // The kernel takes a datagram whole or not at all.
    transfers->front().moved = transfers->front().room();
  } else if (!call || (succeeded && !transfers) || is_number_cut) {
    if (!target.held.socket && text.find(mark_of_ours) == std::string_view::npos) return;
    events_.lacks(Lack::line);
    if (target.held.socket) events_.add(*target.held.socket, Event::Kind::gap);
    return;
  }
  if (!target.held.socket && !(succeeded && recognise(target, *transfers, row))) return;
  const std::size_t socket = *target.held.socket;
  if (!call->result.returned) return never_returned(target.process, text);
  if (!succeeded) return failed(socket, row, call->result.error);
  if (call->result.injected) return events_.lacks(Lack::injected);
  if (transfers->empty()) return;
  if (row.kind == CallKind::receive) return received(socket, row, *transfers);
  if (is_doubtful(target, row, transfers->front())) return events_.lacks(Lack::doubt);
  sent(socket, *transfers);
}

bool StraceSockets::is_cut_number(const Call& call, const std::vector<Transfer>& transfers,
                                  const CallRow& row) const {
  if (!call.result.text.empty() || transfers.empty()) return false;
  const Transfer& first = transfers.front();
  // The kernel moves a datagram whole, or as much of it as the buffer takes.
  return (open_end_ || first.moved < first.room()) && returns_too_little(first, row.kind);
}

bool StraceSockets::recognise(Target& target, const std::vector<Transfer>& transfers,
                              const CallRow& row) {
  if (transfers.empty()) return false;
  const Transfer& first = transfers.front();
  const bool is_sent = row.kind == CallKind::send;
  if (!is_ours(is_sent ? first.sent() : first.received(), first.moved, is_sent)) return false;
  target.held.socket =
      new_socket(target.process, target.descriptor.number, target.descriptor.name, false);
  return true;
}

bool StraceSockets::is_doubtful(const Target& target, const CallRow& row,
                                const Transfer& first) const {
  if (closes_traced_ || !target.descriptor.name.empty() || is_network(row)) return false;
  return !looks_like_netlink(first.sent(), first.moved);
}

void StraceSockets::sent(std::size_t socket, const std::vector<Transfer>& transfers) {
  sockets_[socket].polled = false;
  for (const Transfer& transfer : transfers) {
    events_.sent(socket, transfer, transfer.port().value_or(sockets_[socket].port));
  }
}

void StraceSockets::received(std::size_t socket, const CallRow& row,
                             const std::vector<Transfer>& transfers) {
  sockets_[socket].polled = false;
  const bool has_header = row.shape == Shape::message || row.shape == Shape::messages;
  for (const Transfer& transfer : transfers) {
    const bool truncated =
        has_header ? has_flag(transfer.flags, "MSG_TRUNC", 0x20) : transfer.moved > transfer.room();
    events_.received(socket, transfer, truncated);
  }
}

void StraceSockets::failed(std::size_t socket, const CallRow& row, std::string_view error) {
  if (row.kind != CallKind::receive) return;
  sockets_[socket].polled = error == "EAGAIN";
  events_.failed_to_receive(socket, error == "ENOBUFS" ? ENOBUFS : EIO);
}

void StraceSockets::begun(ProcessId process, std::string_view text) {
  const CallRow* const row = find_call(name_of(text));
  if (row == nullptr || row->kind != CallKind::fork) return;
  processes_.forks(process, text.find("CLONE_FILES") != std::string_view::npos);
}

void StraceSockets::never_returned(ProcessId process, std::string_view text) {
  const CallRow* const row = find_call(name_of(text));
  if (row == nullptr) return;
  if (row->kind == CallKind::fork) return processes_.forked(process, 0, false);
  const auto descriptor = parse_descriptor(arguments_of(text));
  if (row->kind != CallKind::receive || !descriptor) return;
  const Target target = find(process, *descriptor);
  if (!target.held.socket || sockets_[*target.held.socket].listens) return;
  events_.add(*target.held.socket, Event::Kind::waits);
}

void StraceSockets::lost_end(ProcessId process, std::string_view text) {
  const CallRow* const row = find_call(name_of(text));
  if (row == nullptr) return;
  if (row->kind == CallKind::fork) return processes_.forked(process, 0, false);
  const auto descriptor = parse_descriptor(arguments_of(text));
  const bool moves = row->kind == CallKind::send || row->kind == CallKind::receive;
  if (!moves || !descriptor) return;
  const Target target = find(process, *descriptor);
  if (!target.held.socket) return;
  events_.lacks(Lack::line);
  events_.add(*target.held.socket, Event::Kind::gap);
}

void StraceSockets::lost_begin(std::string_view text) {
  constexpr std::string_view mark = "<... ";
  if (!text.starts_with(mark)) return;
  text.remove_prefix(mark.size());
  const CallRow* const row = find_call(text.substr(0, text.find(' ')));
  if (row != nullptr && is_network(*row)) lost_call();
}

void StraceSockets::ended(ProcessId process, bool killed) {
  processes_.end(process);
  for (const std::size_t socket : processes_.take_closed()) {
    const Socket& it = sockets_[socket];
    if (killed && it.polled && !it.listens) events_.add(socket, Event::Kind::waits, EAGAIN);
    events_.add(socket, Event::Kind::closed);
  }
}

std::vector<ProcessId> children_in(std::string_view content) {
  std::vector<ProcessId> children;
  for (Lines lines(content); lines.next();) {
    const StraceLine line = read_strace_line(lines.line());
    if (line.kind != StraceLine::Kind::call && line.kind != StraceLine::Kind::resumed) continue;
    const std::size_t result = line.text.rfind(" = ");
    const bool resumes =
        line.kind == StraceLine::Kind::resumed &&
        (line.text.starts_with("<... clone") || line.text.starts_with("<... fork") ||
         line.text.starts_with("<... vfork"));
    const CallRow* const row = find_call(name_of(line.text));
    const bool forks = resumes || (row != nullptr && row->kind == CallKind::fork);
    if (!forks || result == std::string_view::npos) continue;
    const std::string_view number = line.text.substr(result + 3);
    if (const auto child = parse_number(number.substr(0, number.find_first_of(" <\r")))) {
      children.push_back(*child);
    }
  }
  return children;
}

}  // namespace cttimeout::tools::check
