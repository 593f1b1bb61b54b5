// One window of apply(): a run of changes in one datagram, and what becomes of each.

#include "change_window.h"

#include <cerrno>
#include <cstring>

#include "cttimeout/codec.h"
#include "validate.h"

namespace cttimeout {

namespace {

Result<void> validate_change(const Change& change, std::uint32_t hz) {
  return change.kind == Change::Kind::remove ? validate_name(change.policy.name)
                                             : validate_policy(change.policy, hz);
}

std::size_t encode_change(std::span<std::byte> out, const Change& change, std::uint32_t sequence) {
  if (change.kind == Change::Kind::remove) {
    return encode_request(out, {IPCTNL_MSG_TIMEOUT_DELETE, NLM_F_REQUEST, sequence},
                          change.policy.name);
  }
  const std::uint16_t flags = change.kind == Change::Kind::add ? add_flags : replace_flags;
  return encode_request(out, {IPCTNL_MSG_TIMEOUT_NEW, flags, sequence}, change.policy);
}

void ask_for_ack(std::byte* request) {
  auto header = wire::load<nlmsghdr>(request);
  header.nlmsg_flags |= NLM_F_ACK;
  std::memcpy(request, &header, sizeof header);
}

/// Slots that were not set may have any value: the kernel filled them in.
bool is_as_asked(const Policy& asked, const InstalledPolicy& policy) {
  if (asked.family != policy.family || asked.protocol != policy.protocol) return false;
  for (std::size_t slot = 1; slot <= max_slots; ++slot) {
    const auto timeout = asked.timeouts.get(slot);
    if (timeout && timeout != policy.timeouts.get(slot)) return false;
  }
  return true;
}

Error lost(Errc what) {
  return {.origin = Origin::transport, .what = what, .code = ENOBUFS};
}

}  // namespace

std::span<const std::byte> ChangeWindow::encode(std::span<std::byte> out, std::size_t most,
                                                std::uint32_t first, std::uint32_t hz) {
  first_ = first;
  hz_ = hz;
  std::size_t used = 0;
  std::size_t last = 0;
  std::size_t count = 0;
  for (; end_ < changes_.size() && size() < largest && count < most; ++end_) {
    const std::size_t place = size();
    if (!validate_change(changes_[end_], hz)) {
      left_out_.set(place);
      continue;
    }
    const auto sequence = static_cast<std::uint32_t>(first + place);
    const std::size_t written = encode_change(out.subspan(used), changes_[end_], sequence);
    if (written == 0) break;
    last = used;
    used += written;
    if (count++ == 0) first_sent_ = place;
    last_sent_ = place;
  }
  if (count > 0) ask_for_ack(out.data() + last);
  return out.first(used);
}

bool ChangeWindow::refused(std::size_t place, const Error& error) {
  if (begin_ + place < next_) return false;  // the visitor was told: a second reply is a copy
  ++replies_;
  // Whether we may is asked once a datagram, and the refusal is that of its first request.
  const bool all = error.code == EPERM && place == first_sent_;
  if (all) codes_.fill(EPERM);
  if (overrun_) {
    codes_[place] = error.code;
  } else {
    tell_successes_before(place);
    tell(tl::unexpected(error));
  }
  return all;
}

std::size_t ChangeWindow::unanswered_count() const {
  std::size_t count = 0;
  for (std::size_t place = 0; place < size(); ++place) count += unanswered(place) ? 1 : 0;
  return count;
}

void ChangeWindow::found(const InstalledPolicy& policy) {
  for (std::size_t place = 0; place < size(); ++place) {
    if (!unanswered(place) || change(place).policy.name != policy.name) continue;
    found_.set(place);
    matches_[place] = is_as_asked(change(place).policy, policy);
  }
}

void ChangeWindow::conclude() {
  while (next_ < end_) tell(outcome(next_ - begin_));
}

void ChangeWindow::abandon(const Error& error) {
  while (next_ < end_) {
    const std::size_t place = next_ - begin_;
    tell(unanswered(place) ? tl::unexpected(error) : outcome(place));
  }
}

void ChangeWindow::tell(const Result<void>& result) {
  const std::size_t index = next_++;  // a visitor that throws has been told
  if (result) ++succeeded_;
  visit_(index, result);
}

// The kernel answers in order: silence about a request before this one means success.
void ChangeWindow::tell_successes_before(std::size_t place) {
  while (next_ < begin_ + place) tell(outcome(next_ - begin_));
}

Result<void> ChangeWindow::outcome(std::size_t place) const {
  if (left_out_[place]) return validate_change(change(place), hz_);
  if (codes_[place] != 0) {
    return tl::unexpected(
        Error{.origin = Origin::kernel, .what = Errc::refused, .code = codes_[place]});
  }
  if (!overrun_) return {};
  if (place >= visible_ || superseded(place)) return tl::unexpected(lost(Errc::receive_failed));
  const bool gone = change(place).kind == Change::Kind::remove;
  if (gone ? !found_[place] : matches_[place]) return {};
  return tl::unexpected(lost(Errc::reply_lost));
}

/// Whether a later change of the same policy, also unanswered, hides what became of this one.
bool ChangeWindow::superseded(std::size_t place) const {
  for (std::size_t later = place + 1; later < size(); ++later) {
    if (unanswered(later) && change(later).policy.name == change(place).policy.name) return true;
  }
  return false;
}

}  // namespace cttimeout
