// Interruptions: what signals left undone, until the thread makes its next call.
#include "calls/interruptions.h"

#include <algorithm>
#include <cerrno>

namespace cttimeout::tools::wrapper {
namespace {

// A handler runs before the call is made anew.
constexpr auto longest_handler = std::chrono::milliseconds(100);

bool same_call(const seccomp_data& one, const seccomp_data& other) {
  return one.nr == other.nr && one.instruction_pointer == other.instruction_pointer &&
         std::equal(one.args, one.args + find_call(one.nr)->arguments, other.args);
}

}  // namespace

// What recvmmsg has got already would be lost, so that counts however long a handler or a stop is.
void Interruptions::while_waiting(const Call& call, Clock::time_point now) {
  if (call.messages_done > 0) {
    keep(call, {.result = call.messages_done}, Clock::time_point::max());
  } else if (call.gives_up != Clock::time_point::max()) {
    keep(call, {.result = -EINTR}, now + longest_handler);
  }
}

void Interruptions::before_reply(const Call& call, std::int64_t result, SentDatagrams sent) {
  if (is_receiving(call)) return;
  Left left{.result = {}, .sent = std::move(sent)};
  if (!is_sending(call)) left.result = result;
  keep(call, std::move(left), Clock::time_point::max());
}

void Interruptions::again(const Call& call, std::int64_t result) {
  keep(call, {.result = result}, Clock::time_point::max());
}

void Interruptions::keep(const Call& call, Left left, Clock::time_point until) {
  left_.insert_or_assign(call.caller.thread(), Interruption{.call = call.notice.data,
                                                            .socket = call.socket.id.number,
                                                            .left = std::move(left),
                                                            .until = until});
}

// A handler may make calls of its own before the interrupted one is made again: they leave it
// alone.
Interruptions::Left Interruptions::take(const Call& call) {
  const auto found = left_.find(call.caller.thread());
  if (found == left_.end()) return {};
  Interruption& interruption = found->second;
  const bool counts = call.arrived <= interruption.until;
  const bool same = interruption.socket == call.socket.id.number &&
                    same_call(interruption.call, call.notice.data);
  if (counts && !same) return {};
  Left left = counts ? std::move(interruption.left) : Left{};
  left_.erase(found);
  return left;
}

}  // namespace cttimeout::tools::wrapper
