// preadv2 and pwritev2: readv and writev with flags, if they give no position.
#include <linux/fs.h>

#include <cerrno>

#include "caller/memory.h"
#include "calls/handlers.h"

namespace cttimeout::tools::wrapper {
namespace {

constexpr int rwf_noappend = 0x20;   // since Linux 6.9
constexpr int rwf_nosignal = 0x100;  // since Linux 6.18

/// 0, or the errno with which a socket refuses the flags (kiocb_set_rw_flags).
int refused(int flags) {
  constexpr int known =
      RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_NOWAIT | RWF_APPEND | rwf_noappend | rwf_nosignal;
  constexpr int contradiction = RWF_APPEND | rwf_noappend;
  if ((flags & ~known) != 0) return EOPNOTSUPP;
  return (flags & contradiction) == contradiction ? EINVAL : 0;
}

// A socket has no positions, of whatever family it is.
Outcome with_flags(Call& call, Handler without) {
  if (static_cast<std::int64_t>(call.argument(3)) != -1) return Outcome::native();
  const int flags = call.number(5);
  if (refused(flags) != 0) {
    const auto parts = static_cast<std::uint32_t>(call.argument(2));
    const auto vector = load_vector(call.caller, call.argument(1), parts, EINVAL);
    if (!vector) return Outcome::fails(vector.error());
    return vector->size == 0 ? Outcome::returns(0) : Outcome::fails(refused(flags));
  }
  return without(call);
}

}  // namespace

Outcome handle_preadv2(Call& call) {
  return with_flags(call, handle_readv);
}

Outcome handle_pwritev2(Call& call) {
  return with_flags(call, handle_writev);
}

}  // namespace cttimeout::tools::wrapper
