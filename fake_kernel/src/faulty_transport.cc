// A Transport that fails as planned: what becomes of a program when its socket misbehaves.

#include "cttimeout/faulty_transport.h"

#include <linux/netlink.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "virtual_time.h"

namespace cttimeout {

namespace {

using std::chrono::milliseconds;

constexpr std::array<std::string_view, 12> fault_names{
    "fails",     "gone",      "lost",           "delayed",        "overrun", "duplicated",
    "truncated", "reordered", "wrong_sequence", "foreign_sender", "garbled", "interrupted"};

tl::unexpected<Error> failed(Errc what, int code) {
  return tl::unexpected(Error{.origin = Origin::transport, .what = what, .code = code});
}

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

FaultyTransport::FaultyTransport(Transport& inner, const FaultPlan& plan) : inner_(inner) {
  for (const PlannedFault& fault : plan) add(fault);
}

void FaultyTransport::add(const PlannedFault& fault) {
  (fault.call == Call::send ? send_plan_ : receive_plan_).emplace(fault.nth, fault);
}

void FaultyTransport::clear() {
  send_plan_.clear();
  receive_plan_.clear();
}

/// What is planned for the call of that number; it is not planned any more then.
FaultyTransport::Faults FaultyTransport::take_planned(
    std::multimap<std::uint64_t, PlannedFault>& plan, std::uint64_t nth) {
  Faults faults;
  const auto [begin, end] = plan.equal_range(nth);
  for (auto at = begin; at != end; ++at) faults.push_back(at->second);
  plan.erase(begin, end);
  return faults;
}

Result<void> FaultyTransport::send(std::span<const std::byte> datagram) {
  ++sends_;
  bool lost = false;
  for (const PlannedFault& fault : take_planned(send_plan_, sends_)) {
    if (!befalls(fault.fault, Call::send)) continue;
    ++suffered_;
    if (fault.fault == Fault::fails) return failed(Errc::not_sent, fault.code);
    gone_ = gone_ || fault.fault == Fault::gone;
    lost = lost || fault.fault == Fault::lost;
  }
  if (gone_) return failed(Errc::not_sent, EBADF);
  if (lost) return {};
  return inner_.send(datagram);
}

Result<Received> FaultyTransport::receive(std::span<std::byte> buffer, milliseconds timeout) {
  ++receives_;
  const Faults faults = take_planned(receive_plan_, receives_);
  for (const auto& [call, nth, fault, code, size] : faults) {
    if (fault != Fault::fails && fault != Fault::gone && fault != Fault::delayed) continue;
    ++suffered_;
    if (fault == Fault::fails) return failed(Errc::receive_failed, code);
    gone_ = gone_ || fault == Fault::gone;
    if (fault == Fault::delayed) {
      waited_ = add_wait(waited_, timeout);
      return failed(Errc::timed_out, 0);
    }
  }
  if (gone_) return failed(Errc::receive_failed, EBADF);
  Result<Received> received = take(buffer, timeout);
  // Which datagram comes is settled while their sequence numbers are still right.
  for (const bool reordering : {true, false}) {
    for (const PlannedFault& planned : faults) {
      if (!received || (planned.fault == Fault::reordered) != reordering) continue;
      ++suffered_;
      received = damage(planned, buffer, *received, timeout);
    }
  }
  return received;
}

/// The next datagram: of those put aside, else of the inner transport.
Result<Received> FaultyTransport::take(std::span<std::byte> buffer, milliseconds timeout) {
  if (aside_.empty()) {
    Result<Received> received = inner_.receive(buffer, timeout);
    if (received) received->size = std::min(received->size, buffer.size());  // T3, whoever it is
    return received;
  }
  const auto [bytes, was] = std::move(aside_.front());
  aside_.pop_front();
  const std::size_t size = std::min(bytes.size(), buffer.size());
  std::copy_n(bytes.begin(), size, buffer.begin());
  return Received{
      .size = size, .sender = was.sender, .truncated = was.truncated || size < bytes.size()};
}

/// Takes datagrams until one answers another request, and puts those before it behind it. Ends
/// where the peer has no more to say.
Result<Received> FaultyTransport::reorder(const Datagram& first, std::span<std::byte> buffer,
                                          milliseconds timeout) {
  std::deque<Datagram> passed;
  passed.push_back(first);
  for (;;) {
    const Result<Received> next = take(buffer, milliseconds(0));
    const auto bytes = buffer.first(next ? next->size : 0);
    if (next && sequence_of(bytes) == sequence_of(first.bytes)) {
      passed.push_back({{bytes.begin(), bytes.end()}, *next});
      continue;
    }
    aside_.insert(aside_.begin(), passed.begin(), passed.end());
    const bool nothing_else = !next && next.error().what == Errc::timed_out;
    return nothing_else ? take(buffer, timeout) : next;
  }
}

Result<Received> FaultyTransport::damage(const PlannedFault& fault, std::span<std::byte> buffer,
                                         Received received, milliseconds timeout) {
  const auto bytes = buffer.first(received.size);
  switch (fault.fault) {
    case Fault::fails:
    case Fault::gone:
    case Fault::delayed:
      break;  // would have left nothing to damage
    case Fault::lost:
      return take(buffer, timeout);
    case Fault::overrun:
      return failed(Errc::receive_failed, ENOBUFS);
    case Fault::duplicated:
      aside_.push_front({{bytes.begin(), bytes.end()}, received});
      break;
    case Fault::truncated:
      received.truncated = received.truncated || fault.size < received.size;
      received.size = std::min(fault.size, received.size);
      break;
    case Fault::reordered:
      return reorder({{bytes.begin(), bytes.end()}, received}, buffer, timeout);
    case Fault::wrong_sequence:
      change_headers(bytes, [](nlmsghdr& header) { header.nlmsg_seq ^= 0x80000000; });
      break;
    case Fault::foreign_sender:
      received.sender = 0x7fff'ffff;
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

std::optional<std::span<const std::byte>> FaultyTransport::aside() const {
  if (aside_.empty()) return std::nullopt;
  return aside_.front().bytes;
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

bool befalls(Fault fault, Call call) {
  return call == Call::receive || fault <= Fault::lost;
}

std::string to_string(const PlannedFault& fault) {
  std::string text = fault.call == Call::send ? "send " : "receive ";
  text += std::to_string(fault.nth) + ": ";
  text += to_string(fault.fault);
  if (fault.fault == Fault::fails) text += " with errno " + std::to_string(fault.code);
  if (fault.fault == Fault::truncated) text += " to " + std::to_string(fault.size) + " bytes";
  return text;
}

}  // namespace cttimeout
