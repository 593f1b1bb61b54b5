// Namespaces and capabilities of this process, by system call.
#pragma once

#include <optional>
#include <string>

#include "cttimeout/netlink_socket.h"

namespace cttimeout::test {

/// Puts the process into a user namespace of its own, in which it is root, so that everything
/// also runs unprivileged. Where that is refused, a privileged process stays where it is.
/// To be called once, while the process has one thread. Returns why it cannot be, if so.
[[nodiscard]] std::optional<std::string> enter_own_user_namespace();

/// Raises or drops CAP_NET_ADMIN in the thread's effective set. CAP_NET_BROADCAST and CAP_NET_RAW
/// go along, as a process that lacks the one usually lacks the others.
void set_network_capabilities(bool capable);

/// One network namespace, kept alive by its descriptor.
class NetworkNamespace {
 public:
  /// A fresh one, entered; or the errno.
  [[nodiscard]] static SyscallResult<NetworkNamespace> create();

  NetworkNamespace(NetworkNamespace&& other) noexcept;
  NetworkNamespace& operator=(NetworkNamespace&&) = delete;
  ~NetworkNamespace();

  /// The calling thread is in it from now on: its sockets, its /proc, its child processes.
  void enter() const;

 private:
  explicit NetworkNamespace(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace cttimeout::test
