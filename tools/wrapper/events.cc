// Events: what the supervisor waits for, all in one epoll.
#include "events.h"

#include <sys/timerfd.h>

#include <algorithm>
#include <ctime>

namespace cttimeout::tools::wrapper {
namespace {

constexpr unsigned source_shift = 32;

std::uint64_t pack(Events::Source source, std::uint32_t id) {
  return static_cast<std::uint64_t>(source) << source_shift | id;
}

Events::Event unpack(const epoll_event& event) {
  return {.source = static_cast<Events::Source>(event.data.u64 >> source_shift),
          .id = static_cast<std::uint32_t>(event.data.u64),
          .readable = (event.events & EPOLLIN) != 0,
          .hung_up = (event.events & (EPOLLHUP | EPOLLRDHUP)) != 0};
}

timespec to_timespec(Events::Clock::time_point at) {
  const auto since = at.time_since_epoch();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since);
  return {.tv_sec = seconds.count(), .tv_nsec = std::chrono::nanoseconds(since - seconds).count()};
}

}  // namespace

// steady_clock is CLOCK_MONOTONIC.
Events::Events()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)) {
  [[maybe_unused]] const bool watched = watch(timer_.number(), EPOLLIN | EPOLLET, Source::timer);
}

bool Events::watch(int descriptor, std::uint32_t events, Source source, std::uint32_t id) const {
  epoll_event event{.events = events, .data = {.u64 = pack(source, id)}};
  return epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void Events::forget(int descriptor) const {
  epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, descriptor, nullptr);
}

// A time in each wait would cost as much as the wait: the timer is set when that changes.
void Events::set_timer(std::optional<Clock::time_point> at) {
  if (at == set_for_) return;
  set_for_ = at;
  itimerspec setting{};
  if (at) setting.it_value = to_timespec(*at);
  timerfd_settime(timer_.number(), TFD_TIMER_ABSTIME, &setting, nullptr);
}

std::span<const Events::Event> Events::wait() {
  events_.clear();
  const auto size = static_cast<int>(ready_.size());
  int count = epoll_wait(epoll_.number(), ready_.data(), size, -1);
  while (count > 0) {
    std::transform(ready_.begin(), ready_.begin() + count, std::back_inserter(events_), &unpack);
    if (count < size) break;
    count = epoll_wait(epoll_.number(), ready_.data(), size, 0);
  }
  if (std::ranges::find(events_, Source::timer, &Event::source) != events_.end()) set_for_.reset();
  std::stable_partition(events_.begin(), events_.end(),
                        [](const Event& event) { return event.source != Source::listener; });
  return events_;
}

}  // namespace cttimeout::tools::wrapper
