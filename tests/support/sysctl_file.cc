// Files below /proc/sys/net/netfilter.
#include "support/sysctl_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>

namespace cttimeout::test {

std::string sysctl_path(std::string_view name) {
  return "/proc/sys/net/netfilter/" + std::string(name);
}

// By system call: a stream would not say which errno a write met, and would not write nothing.
SyscallResult<void> write_sysctl_file(std::string_view name, std::string_view text) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen(sysctl_path(name).c_str(), "we"), &std::fclose);
  if (!file) return tl::unexpected(errno);
  if (write(fileno(file.get()), text.data(), text.size()) < 0) return tl::unexpected(errno);
  return {};
}

}  // namespace cttimeout::test
