// Ground: one network namespace under test, of any kernel; Machine: makes such namespaces.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cttimeout/netlink_socket.h"

namespace cttimeout::test {

/// One network namespace, empty and with fresh defaults. Sockets must not outlive it.
class Ground {
 public:
  Ground() = default;
  Ground(const Ground&) = delete;
  Ground& operator=(const Ground&) = delete;
  virtual ~Ground() = default;

  /// A fresh, unbound NETLINK_NETFILTER socket of this namespace.
  [[nodiscard]] virtual std::unique_ptr<NetlinkSocket> socket() = 0;

  /// The text of /proc/sys/net/netfilter/NAME without the newline; nullopt if there is none.
  [[nodiscard]] virtual std::optional<std::string> read_sysctl(std::string_view name) = 0;
  virtual SyscallResult<void> write_sysctl(std::string_view name, std::string_view text) = 0;

  /// Adds a rule that refers to the policy, which must be of family ipv4. False if the kernel
  /// refuses the rule.
  [[nodiscard]] virtual bool hold(std::string_view policy) = 0;
  /// Takes one such rule away; when it returns, the policy has lost that user.
  virtual void release(std::string_view policy) = 0;

  /// Whether the caller has CAP_NET_ADMIN, from now on; true at first.
  virtual void set_capable(bool capable) = 0;

  /// The port id to which the first socket autobinds.
  [[nodiscard]] virtual std::uint32_t process_id() = 0;
  /// The kernel's ticks per second.
  [[nodiscard]] virtual std::uint32_t hz() = 0;
};

/// A kernel that can be given network namespaces. Outlives the grounds it made.
class Machine {
 public:
  Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  virtual ~Machine() = default;

  [[nodiscard]] virtual std::unique_ptr<Ground> new_ground() = 0;
  /// Which kernel this is, for messages and the heads of golden files.
  [[nodiscard]] virtual std::string description() const = 0;
};

}  // namespace cttimeout::test
