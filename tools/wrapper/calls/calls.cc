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

namespace cttimeout::wrapper {
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
    ServedCall{SYS_bind, handle_bind},
    ServedCall{SYS_connect, handle_connect},
    ServedCall{SYS_getsockname, handle_getsockname},
    ServedCall{SYS_getpeername, handle_getpeername},
    ServedCall{SYS_setsockopt, handle_setsockopt},
    ServedCall{SYS_getsockopt, handle_getsockopt},
    ServedCall{SYS_sendto, handle_sendto},
    ServedCall{SYS_sendmsg, handle_sendmsg},
    ServedCall{SYS_sendmmsg, handle_sendmmsg},
    ServedCall{SYS_write, handle_write},
    ServedCall{SYS_writev, handle_writev},
    ServedCall{SYS_pwritev2, handle_pwritev2},
    ServedCall{SYS_recvfrom, handle_recvfrom},
    ServedCall{SYS_recvmsg, handle_recvmsg},
    ServedCall{SYS_recvmmsg, handle_recvmmsg},
    ServedCall{SYS_read, handle_read},
    ServedCall{SYS_readv, handle_readv},
    ServedCall{SYS_preadv2, handle_preadv2},
    ServedCall{SYS_shutdown, is_not_supported},
    ServedCall{SYS_listen, is_not_supported},
    ServedCall{SYS_accept, is_not_supported},
    ServedCall{SYS_accept4, is_not_supported},
    ServedCall{SYS_ioctl, handle_ioctl},
    ServedCall{SYS_dup, handle_dup},
#ifdef SYS_dup2
    ServedCall{SYS_dup2, handle_dup2},
#endif
    ServedCall{SYS_dup3, handle_dup3},
};

}  // namespace

std::span<const ServedCall> served_calls() {
  return table;
}

Handler find_handler(int number) {
  if (number == SYS_fcntl) return handle_fcntl;
  const auto* found = std::ranges::find(table, number, &ServedCall::number);
  return found == table.end() ? nullptr : found->handler;
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

}  // namespace cttimeout::wrapper
