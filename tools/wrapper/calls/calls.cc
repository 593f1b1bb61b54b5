// The system calls that are served: each number and its handler.
#include "calls/calls.h"

#include <linux/fs.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "calls/handlers.h"

namespace cttimeout::tools::wrapper {
namespace {

// Netlink sockets have none of these (K-SOCK-15).
Outcome is_not_supported(Call& /*call*/) {
  return Outcome::fails(EOPNOTSUPP);
}

// What AF_UNIX answers and AF_NETLINK does not (K-SOCK-19); the rest is the same for all sockets.
Outcome handle_ioctl(Call& call) {
  switch (call.number(1)) {
    case SIOCINQ:
    case SIOCOUTQ:
    case SIOCATMARK:
    case SIOCPROTOPRIVATE:  // SIOCUNIXFILE
      return Outcome::fails(ENOTTY);
    default:
      return Outcome::native();
  }
}

constexpr std::array table{
    ServedCall{SYS_bind, 3, handle_bind},
    ServedCall{SYS_connect, 3, handle_connect},
    ServedCall{SYS_getsockname, 3, handle_getsockname},
    ServedCall{SYS_getpeername, 3, handle_getpeername},
    ServedCall{SYS_setsockopt, 5, handle_setsockopt},
    ServedCall{SYS_getsockopt, 5, handle_getsockopt},
    ServedCall{SYS_sendto, 6, handle_sendto},
    ServedCall{SYS_sendmsg, 3, handle_sendmsg},
    ServedCall{SYS_sendmmsg, 4, handle_sendmmsg},
    ServedCall{SYS_write, 3, handle_write},
    ServedCall{SYS_writev, 3, handle_writev},
    ServedCall{SYS_pwritev2, 6, handle_pwritev2},
    ServedCall{SYS_recvfrom, 6, handle_recvfrom},
    ServedCall{SYS_recvmsg, 3, handle_recvmsg},
    ServedCall{SYS_recvmmsg, 5, handle_recvmmsg},
    ServedCall{SYS_read, 3, handle_read},
    ServedCall{SYS_readv, 3, handle_readv},
    ServedCall{SYS_preadv2, 6, handle_preadv2},
    ServedCall{SYS_shutdown, 2, is_not_supported},
    ServedCall{SYS_listen, 2, is_not_supported},
    ServedCall{SYS_accept, 3, is_not_supported},
    ServedCall{SYS_accept4, 4, is_not_supported},
    ServedCall{SYS_ioctl, 3, handle_ioctl},
    ServedCall{SYS_dup, 1, handle_dup},
#ifdef SYS_dup2
    ServedCall{SYS_dup2, 2, handle_dup2},
#endif
    ServedCall{SYS_dup3, 3, handle_dup3},
};

}  // namespace

std::span<const ServedCall> served_calls() {
  return table;
}

const ServedCall* find_call(int number) {
  static constexpr ServedCall duplicate{SYS_fcntl, 3, handle_fcntl};
  if (number == duplicate.number) return &duplicate;
  const auto* found = std::ranges::find(table, number, &ServedCall::number);
  return found == table.end() ? nullptr : found;
}

int message_flags(const Call& call) {
  switch (call.notice.data.nr) {
    case SYS_sendmsg:
    case SYS_recvmsg:
      return call.number(2);
    case SYS_sendto:
    case SYS_recvfrom:
    case SYS_sendmmsg:
    case SYS_recvmmsg:
      return call.number(3);
    case SYS_preadv2:
    case SYS_pwritev2:
      return (call.number(5) & RWF_NOWAIT) != 0 ? MSG_DONTWAIT : 0;
    default:
      return 0;
  }
}

bool is_sending(const Call& call) {
  switch (call.notice.data.nr) {
    case SYS_sendto:
    case SYS_sendmsg:
    case SYS_sendmmsg:
    case SYS_write:
    case SYS_writev:
    case SYS_pwritev2:
      return true;
    default:
      return false;
  }
}

bool is_receiving(const Call& call) {
  switch (call.notice.data.nr) {
    case SYS_recvfrom:
    case SYS_recvmsg:
    case SYS_recvmmsg:
    case SYS_read:
    case SYS_readv:
    case SYS_preadv2:
      return true;
    default:
      return false;
  }
}

}  // namespace cttimeout::tools::wrapper
