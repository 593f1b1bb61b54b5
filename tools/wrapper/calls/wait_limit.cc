// How long a call may wait, as its descriptor says.
#include "calls/wait_limit.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace cttimeout::tools::wrapper {
namespace {

constexpr time_t longest = time_t{100} * 365 * 24 * 3600;  // beyond, the clock might overflow

}  // namespace

bool never_waits(int descriptor, int message_flags) {
  return (message_flags & MSG_DONTWAIT) != 0 || (fcntl(descriptor, F_GETFL) & O_NONBLOCK) != 0;
}

std::optional<Events::Clock::time_point> wait_limit(int descriptor, int option) {
  timeval limit{};
  socklen_t size = sizeof limit;
  getsockopt(descriptor, SOL_SOCKET, option, &limit, &size);
  const bool unlimited = limit.tv_sec == 0 && limit.tv_usec == 0;
  if (unlimited || limit.tv_sec > longest) return std::nullopt;
  return Events::Clock::now() + std::chrono::seconds(limit.tv_sec) +
         std::chrono::microseconds(limit.tv_usec);
}

}  // namespace cttimeout::tools::wrapper
