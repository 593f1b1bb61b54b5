// The calls that wait for something to happen to their socket, at most one of each thread.
#include "calls/waiting_calls.h"

namespace cttimeout::tools::wrapper {
namespace {

constexpr auto never = WaitingCalls::Clock::time_point::max();

}  // namespace

void WaitingCalls::add(Call call) {
  const pid_t thread = call.caller.thread();
  const auto end = call.gives_up.value_or(never);
  const std::uint32_t socket = is_sending(call) ? any_socket : call.socket.id.number;
  places_.emplace(socket, ++waited_, thread);
  if (end != never) ends_.emplace(end, thread);
  calls_.emplace(thread, Waiting{.call = std::move(call), .order = waited_});
}

const Call* WaitingCalls::find(pid_t thread) const {
  const auto found = calls_.find(thread);
  return found == calls_.end() ? nullptr : &found->second.call;
}

std::optional<Call> WaitingCalls::take(pid_t thread) {
  const auto found = calls_.find(thread);
  if (found == calls_.end()) return std::nullopt;
  Waiting& waiting = found->second;
  const bool sends = is_sending(waiting.call);
  places_.erase({sends ? any_socket : waiting.call.socket.id.number, waiting.order, thread});
  ends_.erase({waiting.call.gives_up.value_or(never), thread});
  std::optional<Call> call(std::move(waiting.call));
  calls_.erase(found);
  return call;
}

std::vector<pid_t> WaitingCalls::receiving(std::uint32_t socket) const {
  return at(socket);
}

std::vector<pid_t> WaitingCalls::sending() const {
  return at(any_socket);
}

std::vector<pid_t> WaitingCalls::at(std::uint32_t socket) const {
  std::vector<pid_t> threads;
  for (auto place = places_.lower_bound({socket, 0, 0});
       place != places_.end() && std::get<0>(*place) == socket; ++place) {
    threads.push_back(std::get<2>(*place));
  }
  return threads;
}

std::vector<pid_t> WaitingCalls::due(Clock::time_point now) const {
  std::vector<pid_t> threads;
  for (auto end = ends_.begin(); end != ends_.end() && end->first <= now; ++end) {
    threads.push_back(end->second);
  }
  return threads;
}

std::optional<WaitingCalls::Clock::time_point> WaitingCalls::first_due() const {
  if (ends_.empty()) return std::nullopt;
  return ends_.begin()->first;
}

std::vector<pid_t> WaitingCalls::threads() const {
  std::vector<pid_t> threads;
  for (const auto& [thread, waiting] : calls_) threads.push_back(thread);
  return threads;
}

}  // namespace cttimeout::tools::wrapper
