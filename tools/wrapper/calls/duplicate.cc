// dup and its kin: every descriptor of a served socket keeps a number by which the filter knows it.
#include <fcntl.h>

#include <algorithm>
#include <cerrno>

#include "calls/handlers.h"

namespace cttimeout::tools::wrapper {
namespace {

/// At the first free number of the range that is not below `lowest`.
Outcome duplicate_from(Call& call, int lowest, bool close_on_exec) {
  if (lowest < 0) return Outcome::fails(EINVAL);
  const auto number = free_number(call.caller, call.range, static_cast<unsigned>(lowest));
  if (!number) return Outcome::fails(number.error());
  call.listener.give(call.notice.id, call.copy.number(), *number, close_on_exec);
  return Outcome::replied();
}

/// At that very number. Outside of the range the filter would not see what is done with it, so
/// that the program would talk to a socket without a kernel behind it.
Outcome duplicate_at(Call& call, int number, bool close_on_exec) {
  if (!call.range.contains(static_cast<unsigned>(number))) return Outcome::fails(EBADF);
  call.listener.give(call.notice.id, call.copy.number(), number, close_on_exec);
  return Outcome::replied();
}

}  // namespace

SyscallResult<int> free_number(const Caller& caller, const DescriptorRange& range,
                               unsigned lowest) {
  for (unsigned number = std::max(lowest, range.first); range.contains(number); ++number) {
    const auto taken = caller.copy(static_cast<int>(number));
    if (taken) continue;
    if (taken.error() == EBADF) return static_cast<int>(number);
    return tl::unexpected(taken.error());
  }
  return tl::unexpected(EMFILE);
}

Outcome handle_dup(Call& call) {
  return duplicate_from(call, 0, false);
}

Outcome handle_dup2(Call& call) {
  if (call.number(0) == call.number(1)) return Outcome::returns(call.number(1));
  return duplicate_at(call, call.number(1), false);
}

Outcome handle_dup3(Call& call) {
  const int flags = call.number(2);
  if ((flags & ~O_CLOEXEC) != 0 || call.number(0) == call.number(1)) return Outcome::fails(EINVAL);
  return duplicate_at(call, call.number(1), flags != 0);
}

Outcome handle_fcntl(Call& call) {
  return duplicate_from(call, call.number(2), call.number(1) == F_DUPFD_CLOEXEC);
}

}  // namespace cttimeout::tools::wrapper
