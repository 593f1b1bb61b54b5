// Client::apply: many changes, a window at a time.

#include <algorithm>
#include <cerrno>

#include "change_window.h"
#include "cttimeout/client.h"
#include "validate.h"

namespace cttimeout {

namespace {

/// What any kernel charges for the reply to one of our requests, copied request, extended ack and
/// all: up to 704 bytes.
constexpr std::size_t reply_charge = 1280;

/// If so many replies are lost, one dump costs no more than looking up each policy by name,
/// however many policies there are: a lookup walks half of the list.
constexpr std::size_t dump_pays = 128;

bool is_too_large(const Error& error) {
  return error.what == Errc::not_sent && error.code == EMSGSIZE;
}

/// Tells of the changes [begin, end) that they were not sent, because of an earlier failure.
void skip(std::size_t begin, std::size_t end, const Error& error,
          const Client::ChangeVisitor& visit) {
  const Error not_sent{.origin = Origin::transport,
                       .what = Errc::not_sent,
                       .code = error.code,
                       .detail = "because an earlier change got no reply"};
  for (std::size_t index = begin; index < end; ++index) visit(index, tl::unexpected(not_sent));
}

std::size_t replies_that_fit(std::size_t receive_buffer) {
  return std::clamp<std::size_t>(receive_buffer / reply_charge, 1, ChangeWindow::largest);
}

}  // namespace

std::size_t Client::apply(std::span<const Change> changes, const ChangeVisitor& visit) {
  if (!is_usable(limits_, hz_)) {
    const Result<void> refused = refuse_limits(limits_, hz_);
    for (std::size_t index = 0; index < changes.size(); ++index) visit(index, refused);
    return 0;
  }
  std::size_t most = replies_that_fit(transport_.receive_buffer());
  std::size_t succeeded = 0;
  for (std::size_t begin = 0; begin < changes.size();) {
    ChangeWindow window(changes, begin, visit);
    const Result<void> result = exchange_changes(window, most);
    if (!result && is_too_large(result.error()) && window.sent() > 1) {
      most = window.sent() / 2;  // nothing was sent
      continue;
    }
    if (!result && is_overrun(result.error())) {
      most = std::max<std::size_t>(window.replies(), 1);  // so many the buffer did hold
      read_back(window);
    } else if (!result) {
      window.abandon(result.error());
      skip(window.end(), changes.size(), result.error(), visit);
      return succeeded + window.succeeded();
    }
    window.conclude();
    succeeded += window.succeeded();
    begin = window.end();
  }
  return succeeded;
}

Result<void> Client::exchange_changes(ChangeWindow& window, std::size_t most) {
  if (const Result<void> settled = settle(); !settled) return settled;
  // The replies come when the requests are dealt with: both may use the buffer.
  const auto requests = window.encode(buffer_, most, sequence_ + 1, hz_);
  if (requests.empty()) return {};
  sequence_ += static_cast<std::uint32_t>(window.size());
  unsettled_ = true;  // also if a visitor throws
  const Result<void> result =
      exchange_window(transport_, limits_, buffer_, requests, window.window(), window);
  unsettled_ = !result && !is_overrun(result.error()) && !result.error().outcome_known();
  return result;
}

/// What the kernel holds now of the policies whose changes have no reply.
void Client::read_back(ChangeWindow& window) {
  if (window.unanswered_count() >= dump_pays) {
    if (!list([&window](const InstalledPolicy& policy) { window.found(policy); })) {
      window.hide_from(0);
    }
    return;
  }
  for (std::size_t place = 0; place < window.size(); ++place) {
    if (!window.unanswered(place)) continue;
    const auto policy = get(window.change(place).policy.name.view());
    if (policy) {
      window.found(*policy);
    } else if (policy.error().origin != Origin::kernel || policy.error().code != ENOENT) {
      return window.hide_from(place);
    }
  }
}

}  // namespace cttimeout
