// Files below /proc/sys/net/netfilter of the calling thread's network namespace.
#pragma once

#include <string>
#include <string_view>

#include "cttimeout/netlink_socket.h"

namespace cttimeout::test {

[[nodiscard]] std::string sysctl_path(std::string_view name);
/// In one write; the errno that it met, also if the text is empty.
[[nodiscard]] SyscallResult<void> write_sysctl_file(std::string_view name, std::string_view text);

}  // namespace cttimeout::test
