// Events: what the supervisor waits for, all in one epoll.
#include "events.h"

#include <algorithm>
#include <ctime>

namespace cttimeout::wrapper {
namespace {

constexpr unsigned source_shift = 32;

std::uint64_t pack(Events::Source source, std::uint32_t id) {
  return static_cast<std::uint64_t>(source) << source_shift | id;
}

Events::Event unpack(const epoll_event& event) {
  return {.source = static_cast<Events::Source>(event.data.u64 >> source_shift),
          .id = static_cast<std::uint32_t>(event.data.u64),
          .readable = (event.events & EPOLLIN) != 0,
          .hung_up = (event.events & EPOLLHUP) != 0};
}

timespec time_until(Events::Clock::time_point until) {
  const auto left = std::max(until - Events::Clock::now(), Events::Clock::duration::zero());
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
  return {.tv_sec = seconds.count(), .tv_nsec = std::chrono::nanoseconds(left - seconds).count()};
}

}  // namespace

bool Events::watch(int descriptor, std::uint32_t events, Source source, std::uint32_t id) const {
  epoll_event event{.events = events, .data = {.u64 = pack(source, id)}};
  return epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void Events::forget(int descriptor) const {
  epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, descriptor, nullptr);
}

std::span<const Events::Event> Events::wait(std::optional<Clock::time_point> until) {
  timespec time{};
  if (until) time = time_until(*until);
  const auto size = static_cast<int>(ready_.size());
  int count = epoll_pwait2(epoll_.number(), ready_.data(), size, until ? &time : nullptr, nullptr);
  events_.clear();
  while (count > 0) {
    std::transform(ready_.begin(), ready_.begin() + count, std::back_inserter(events_), &unpack);
    if (count < size) break;
    time = {};
    count = epoll_pwait2(epoll_.number(), ready_.data(), size, &time, nullptr);
  }
  std::ranges::stable_partition(
      events_, [](const Event& event) { return event.source != Source::listener; });
  return events_;
}

}  // namespace cttimeout::wrapper
