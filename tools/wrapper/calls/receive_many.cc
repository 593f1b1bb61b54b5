// recvmmsg: several datagrams, a limit of time, and errors that the next call hears of.
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <limits>

#include "calls/handlers.h"
#include "calls/receive_message.h"

namespace cttimeout::tools::wrapper {
namespace {

constexpr long nanoseconds = 1'000'000'000;

timespec now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time;
}

// poll_select_set_timeout: what lies beyond the end of time is that end; no time at all has passed.
timespec end_of(const timespec& limit) {
  if (limit.tv_sec == 0 && limit.tv_nsec == 0) return {};
  timespec end = now();
  end.tv_nsec += limit.tv_nsec;
  const long carry = end.tv_nsec / nanoseconds;
  end.tv_nsec -= carry * nanoseconds;
  if (__builtin_add_overflow(end.tv_sec + carry, limit.tv_sec, &end.tv_sec)) {
    return {.tv_sec = std::numeric_limits<time_t>::max(), .tv_nsec = 0};
  }
  return end;
}

timespec left_until(const timespec& end) {
  const timespec time = now();
  timespec left{.tv_sec = end.tv_sec - time.tv_sec, .tv_nsec = end.tv_nsec - time.tv_nsec};
  if (left.tv_nsec < 0) {
    left.tv_nsec += nanoseconds;
    --left.tv_sec;
  }
  return left.tv_sec < 0 ? timespec{} : left;
}

/// The error that the socket has to report, which is reported once.
int take_error(const Call& call) {
  int error = 0;
  const auto value = std::as_writable_bytes(std::span(&error, 1));
  (void)call.netlink().get_option(SOL_SOCKET, SO_ERROR, value);
  return error;
}

/// What is looked at before anything is received: 0 or an errno.
int begin(Call& call) {
  if (is_of_32_bits(call.number(3))) return EINVAL;
  if (call.argument(4) != 0) {
    const auto limit = call.caller.load<timespec>(call.argument(4));
    if (!limit) return limit.error();
    const bool valid = limit->tv_sec >= 0 && limit->tv_nsec >= 0 && limit->tv_nsec < nanoseconds;
    if (!valid) return EINVAL;
    call.ends = end_of(*limit);
  }
  return (call.number(3) & MSG_ERRQUEUE) != 0 ? 0 : take_error(call);
}

/// One datagram into the array's element; 0 or an errno.
int receive_next(const Call& call) {
  const Address message = call.argument(1) + call.messages_done * sizeof(mmsghdr);
  const auto received = receive_message(call, message, call.number(3) & ~MSG_WAITFORONE);
  if (!received) return received.error();
  const auto told =
      call.caller.store(message + offsetof(mmsghdr, msg_len), static_cast<unsigned>(*received));
  return told ? 0 : told.error();
}

/// What it ends with after an error: what was received before counts, and the next call fails.
Outcome stopped(const Call& call, int error) {
  const bool waits = error == EAGAIN && (call.number(3) & MSG_WAITFORONE) == 0;
  if (call.messages_done == 0 || waits) return received_outcome(tl::unexpected(error));
  if (error != EAGAIN) call.netlink().set_error(error);
  return Outcome::returns(call.messages_done);
}

}  // namespace

// do_recvmmsg
Outcome handle_recvmmsg(Call& call) {
  const auto count = static_cast<std::uint32_t>(call.argument(2));
  if (!call.begun) {
    const int refused = begin(call);
    if (refused != 0) return Outcome::fails(refused);
    call.begun = true;
  }
  while (call.messages_done < count) {
    const int error = receive_next(call);
    if (error != 0) return stopped(call, error);
    ++call.messages_done;
    if (!call.ends) continue;
    // It looks at its limit after each datagram only.
    const timespec left = left_until(*call.ends);
    const auto told = call.caller.store(call.argument(4), left);
    if (!told) return Outcome::fails(told.error());
    if (left.tv_sec == 0 && left.tv_nsec == 0) break;
  }
  return Outcome::returns(call.messages_done);
}

}  // namespace cttimeout::tools::wrapper
