// The default timeouts of a namespace, and the sysctl files that mirror them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cttimeout/kernel_profile.h"
#include "cttimeout/netlink_socket.h"
#include "cttimeout/policy_table.h"

namespace cttimeout::fake {

class Defaults {
 public:
  explicit Defaults(const KernelProfile& profile);

  /// The defaults of a protocol, in ticks; udp and udplite share one set (K-DSET-6).
  [[nodiscard]] Ticks& of(const Protocol& protocol);
  [[nodiscard]] const Ticks& of(const Protocol& protocol) const;

  /// /proc/sys/net/netfilter/NAME, without the newline; nullopt if it is not a timeout's file.
  [[nodiscard]] std::optional<std::string> read_sysctl(std::string_view name) const;
  SyscallResult<void> write_sysctl(std::string_view name, std::string_view text);

 private:
  struct Place {
    const Protocol* protocol;
    std::size_t slot;  // number - 1
  };
  [[nodiscard]] std::optional<Place> find(std::string_view sysctl) const;

  KernelProfile profile_;
  std::array<Ticks, protocols.size()> ticks_{};
};

}  // namespace cttimeout::fake
