// What each served system call does; the arguments are those of its manual page.
#pragma once

#include "calls/calls.h"

namespace cttimeout::tools::wrapper {

// names.cc
Outcome handle_bind(Call& call);
Outcome handle_connect(Call& call);
Outcome handle_getsockname(Call& call);
Outcome handle_getpeername(Call& call);

// socket_options.cc
Outcome handle_setsockopt(Call& call);
Outcome handle_getsockopt(Call& call);

// send.cc
Outcome handle_sendto(Call& call);
Outcome handle_sendmsg(Call& call);
Outcome handle_sendmmsg(Call& call);
Outcome handle_write(Call& call);
Outcome handle_writev(Call& call);

// receive.cc
Outcome handle_recvfrom(Call& call);
Outcome handle_recvmsg(Call& call);
Outcome handle_read(Call& call);
Outcome handle_readv(Call& call);

// receive_many.cc
Outcome handle_recvmmsg(Call& call);

// vector_flags.cc
Outcome handle_preadv2(Call& call);
Outcome handle_pwritev2(Call& call);

// duplicate.cc
Outcome handle_dup(Call& call);
Outcome handle_dup2(Call& call);
Outcome handle_dup3(Call& call);
Outcome handle_fcntl(Call& call);

}  // namespace cttimeout::tools::wrapper
