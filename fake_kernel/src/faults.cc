// Fault injection: sockets and transports whose calls fail as planned.

#include "cttimeout/faults.h"

#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace cttimeout {

namespace {

using std::chrono::milliseconds;

constexpr std::array<std::string_view, 12> fault_names{
    "fails",     "gone",      "lost",           "delayed",        "overrun", "duplicated",
    "truncated", "reordered", "wrong_sequence", "foreign_sender", "garbled", "interrupted"};

/// Lets `change` alter the header of each message that lies whole in `datagram`.
template <class Change>
void change_headers(std::span<std::byte> datagram, Change&& change) {
  while (datagram.size() >= NLMSG_HDRLEN) {
    nlmsghdr header;
    std::memcpy(&header, datagram.data(), sizeof header);
    change(header);
    std::memcpy(datagram.data(), &header, sizeof header);
    const std::size_t size = NLMSG_ALIGN(std::size_t{header.nlmsg_len});
    if (size < NLMSG_HDRLEN || size >= datagram.size()) return;
    datagram = datagram.subspan(size);
  }
}

/// The sequence number of the first message, 0 if there is none.
std::uint32_t sequence_of(std::span<const std::byte> datagram) {
  std::uint32_t sequence = 0;
  if (datagram.size() >= NLMSG_HDRLEN) {
    std::memcpy(&sequence, datagram.data() + offsetof(nlmsghdr, nlmsg_seq), sizeof sequence);
  }
  return sequence;
}

/// Other bytes, the same for the same seed (splitmix64, one byte of each number).
void garble(std::span<std::byte> datagram, std::uint64_t seed) {
  for (std::byte& byte : datagram) {
    std::uint64_t mixed = seed += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    byte = static_cast<std::byte>(mixed >> 56);
  }
}

}  // namespace

FaultySocket::FaultySocket(std::unique_ptr<NetlinkSocket> inner, const FaultPlan& plan)
    : ForwardingSocket(std::move(inner)) {
  for (const PlannedFault& fault : plan) add(fault);
}

void FaultySocket::add(const PlannedFault& fault) {
  (fault.direction == Direction::send ? send_plan_ : receive_plan_).emplace(fault.nth, fault);
}

void FaultySocket::clear() {
  send_plan_.clear();
  receive_plan_.clear();
}

/// Takes what is planned for the call of that number out of the plan.
FaultPlan FaultySocket::take_planned(Plan& plan, std::uint64_t nth) {
  FaultPlan faults;
  const auto [begin, end] = plan.equal_range(nth);
  for (auto at = begin; at != end; ++at) faults.push_back(at->second);
  plan.erase(begin, end);
  return faults;
}

SyscallResult<std::size_t> FaultySocket::send(std::span<const std::byte> datagram,
                                              std::optional<NetlinkAddress> to, int flags) {
  ++sends_;
  failed_by_.reset();
  bool lost = false;
  for (const PlannedFault& fault : take_planned(send_plan_, sends_)) {
    if (!applies_to(fault.fault, Direction::send)) continue;
    ++injected_;
    if (fault.fault == Fault::fails) return fail(fault.fault, fault.code);
    gone_ = gone_ || fault.fault == Fault::gone;
    lost = lost || fault.fault == Fault::lost;
  }
  if (gone_) return fail(Fault::gone, EBADF);
  if (lost) return datagram.size();
  return inner().send(datagram, to, flags);
}

SyscallResult<ReceivedDatagram> FaultySocket::receive(std::span<std::byte> buffer, int flags) {
  if ((flags & MSG_PEEK) != 0) {
    if (gone_) return tl::unexpected(EBADF);
    return aside_.empty() ? inner().receive(buffer, flags) : copy(aside_.front(), buffer, flags);
  }
  ++receives_;
  failed_by_.reset();
  const FaultPlan faults = take_planned(receive_plan_, receives_);
  for (const auto& [direction, nth, fault, code, size] : faults) {
    if (fault != Fault::fails && fault != Fault::gone && fault != Fault::delayed) continue;
    ++injected_;
    if (fault == Fault::fails) return fail(fault, code);
    if (fault == Fault::delayed) return fail(fault, EAGAIN);
    gone_ = true;
  }
  if (gone_) return fail(Fault::gone, EBADF);
  SyscallResult<ReceivedDatagram> received = take(buffer, flags);
  // Which datagram comes is settled while their sequence numbers are still right.
  for (const bool reordering : {true, false}) {
    for (const PlannedFault& planned : faults) {
      if (!received || (planned.fault == Fault::reordered) != reordering) continue;
      ++injected_;
      received = damage(planned, buffer, *received, flags);
    }
  }
  if (received && (flags & MSG_TRUNC) == 0) received->returned = received->copied;
  return received;
}

tl::unexpected<int> FaultySocket::fail(Fault fault, int code) {
  failed_by_ = fault;
  return tl::unexpected(code);
}

// A wait ends what a delay has begun.
bool FaultySocket::wait(std::chrono::milliseconds timeout) {
  const bool there = inner().wait(timeout);
  return there && failed_by_ != Fault::delayed;
}

/// What a receive into `buffer` brings of a datagram that was put aside.
SyscallResult<ReceivedDatagram> FaultySocket::copy(const Datagram& datagram,
                                                   std::span<std::byte> buffer, int flags) {
  ReceivedDatagram received = datagram.received;
  received.copied = std::min(datagram.bytes.size(), buffer.size());
  received.truncated = received.copied < received.returned;
  std::copy_n(datagram.bytes.begin(), received.copied, buffer.begin());
  if ((flags & MSG_TRUNC) == 0) received.returned = received.copied;
  return received;
}

/// The next datagram: of those put aside, else of the socket below. Says its whole size.
SyscallResult<ReceivedDatagram> FaultySocket::take(std::span<std::byte> buffer, int flags) {
  if (aside_.empty()) return inner().receive(buffer, flags | MSG_TRUNC);
  const Datagram next = std::move(aside_.front());
  aside_.pop_front();
  return copy(next, buffer, MSG_TRUNC);
}

/// Takes datagrams until one replies to another request, and puts those before it behind it. Ends
/// where there are no more.
SyscallResult<ReceivedDatagram> FaultySocket::reorder(const Datagram& first,
                                                      std::span<std::byte> buffer, int flags) {
  std::deque<Datagram> passed;
  passed.push_back(first);
  for (;;) {
    const auto next = take(buffer, flags | MSG_DONTWAIT);
    const auto bytes = buffer.first(next ? next->copied : 0);
    if (next && sequence_of(bytes) == sequence_of(first.bytes)) {
      passed.push_back({{bytes.begin(), bytes.end()}, *next});
      continue;
    }
    aside_.insert(aside_.begin(), passed.begin(), passed.end());
    const bool nothing_else = !next && next.error() == EAGAIN;
    return nothing_else ? take(buffer, flags) : next;
  }
}

SyscallResult<ReceivedDatagram> FaultySocket::damage(const PlannedFault& fault,
                                                     std::span<std::byte> buffer,
                                                     ReceivedDatagram received, int flags) {
  const auto bytes = buffer.first(received.copied);
  switch (fault.fault) {
    case Fault::fails:
    case Fault::gone:
    case Fault::delayed:
      break;  // would have left nothing to damage
    case Fault::lost:
      return take(buffer, flags);
    case Fault::overrun:
      return fail(Fault::overrun, ENOBUFS);
    case Fault::duplicated:
      aside_.push_front({{bytes.begin(), bytes.end()}, received});
      break;
    case Fault::truncated:
      received.copied = std::min(fault.size, received.copied);
      received.truncated = received.copied < received.returned;
      break;
    case Fault::reordered:
      return reorder({{bytes.begin(), bytes.end()}, received}, buffer, flags);
    case Fault::wrong_sequence:
      change_headers(bytes, [](nlmsghdr& header) { header.nlmsg_seq ^= 0x80000000; });
      break;
    case Fault::foreign_sender:
      received.sender.port_id = 0x7fff'ffff;
      break;
    case Fault::garbled:
      garble(bytes, fault.nth);
      break;
    case Fault::interrupted:
      change_headers(bytes, [](nlmsghdr& header) { header.nlmsg_flags |= NLM_F_DUMP_INTR; });
      break;
  }
  return received;
}

std::optional<std::span<const std::byte>> FaultySocket::aside() const {
  if (aside_.empty()) return std::nullopt;
  return aside_.front().bytes;
}

short FaultySocket::poll() const {
  return static_cast<short>(ForwardingSocket::poll() | (aside_.empty() ? 0 : POLLIN));
}

std::string_view to_string(Fault fault) {
  const auto number = static_cast<std::size_t>(fault);
  return number < fault_names.size() ? fault_names[number] : "unknown fault";
}

std::optional<Fault> find_fault(std::string_view name) {
  const auto* const found = std::ranges::find(fault_names, name);
  if (found == fault_names.end()) return std::nullopt;
  return static_cast<Fault>(found - fault_names.begin());
}

bool applies_to(Fault fault, Direction direction) {
  return direction == Direction::receive || fault <= Fault::lost;
}

std::string to_string(const PlannedFault& fault) {
  std::string text = fault.direction == Direction::send ? "send " : "receive ";
  text += std::to_string(fault.nth) + ": ";
  text += to_string(fault.fault);
  if (fault.fault == Fault::fails) text += " with errno " + std::to_string(fault.code);
  if (fault.fault == Fault::truncated) text += " to " + std::to_string(fault.size) + " bytes";
  return text;
}

}  // namespace cttimeout
