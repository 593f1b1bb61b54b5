// Ancillary data of a receive: what the socket asked to be told beside the datagram.
#pragma once

#include <sys/socket.h>

#include "caller/caller.h"

namespace cttimeout::tools::wrapper {

/// Writes it to msg_control. msg_controllen becomes what was written; MSG_CTRUNC is added to
/// msg_flags where there was no room.
void store_ancillary(const Caller& caller, const ReceivedDatagram& received, msghdr& header);

}  // namespace cttimeout::tools::wrapper
