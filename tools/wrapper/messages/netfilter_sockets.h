// Sockets of the real kernel's netfilter, which no program of the tree may have.
#pragma once

#include <optional>

#include "caller/descriptor.h"

namespace cttimeout::tools::wrapper {

/// An option at SOL_SOCKET of a descriptor of ours; -1 if it is no socket or has none.
[[nodiscard]] int socket_option(int descriptor, int option);

/// Whether this descriptor of ours is a NETLINK_NETFILTER socket.
[[nodiscard]] bool is_netfilter_socket(int descriptor);

/// The lowest descriptor that a program started by us would inherit and that is such a socket.
[[nodiscard]] std::optional<int> inherited_netfilter_socket();

}  // namespace cttimeout::tools::wrapper
