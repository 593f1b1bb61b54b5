// Conntrack's files below /proc/sys/net/netfilter, without the timeouts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cttimeout/kernel_profile.h"
#include "cttimeout/netlink_socket.h"

namespace cttimeout::fake {

/// nf_conntrack_*, by namespace (K-FLOW-340). A change acts at the next packet.
struct ConntrackSysctls {
  std::uint8_t checksum = 1;
  std::uint8_t tcp_be_liberal = 0;
  std::uint8_t tcp_loose = 1;
  std::uint8_t tcp_max_retrans = 3;
  std::uint8_t tcp_ignore_invalid_rst = 0;

  /// As FakeKernel::read_sysctl(): nullopt if that kernel has no such file, or it is none of these.
  [[nodiscard]] std::optional<std::string> read(std::string_view name, KernelVersion version) const;
  /// As FakeKernel::write_sysctl(): ENOENT or EINVAL.
  SyscallResult<void> write(std::string_view name, std::string_view text, KernelVersion version);
};

}  // namespace cttimeout::fake
