// The nfnetlink layer: permission, batches, the walk over messages, the command table.
#pragma once

#include <cstddef>
#include <span>

namespace cttimeout {

class Namespace;
class Socket;

/// Handles one datagram that `socket` sent to the kernel; the answers are in its queue then.
void nfnetlink_rcv(Namespace& net, Socket& socket, std::span<const std::byte> datagram,
                   bool capable);

}  // namespace cttimeout
