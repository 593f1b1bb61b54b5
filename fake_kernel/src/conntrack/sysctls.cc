// Conntrack's files below /proc/sys/net/netfilter.
#include "conntrack/sysctls.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/proc_number.h"

namespace cttimeout::fake {
namespace {

/// One file: a number of 8 bits.
struct File {
  std::string_view name;
  std::uint8_t ConntrackSysctls::*value;
  std::uint8_t largest;
  VersionRange versions = {};
};

constexpr std::array files{
    File{"nf_conntrack_checksum", &ConntrackSysctls::checksum, 1},
    File{"nf_conntrack_tcp_be_liberal", &ConntrackSysctls::tcp_be_liberal, 1},
    File{"nf_conntrack_tcp_loose", &ConntrackSysctls::tcp_loose, 1},
    File{"nf_conntrack_tcp_max_retrans", &ConntrackSysctls::tcp_max_retrans, 255},
    File{"nf_conntrack_tcp_ignore_invalid_rst",
         &ConntrackSysctls::tcp_ignore_invalid_rst,
         1,
         {.since = {5, 19}}},
};

const File* find(std::string_view name, KernelVersion version) {
  const auto* const found = std::ranges::find(files, name, &File::name);
  return found != files.end() && found->versions.contains(version) ? found : nullptr;
}

}  // namespace

std::optional<std::string> ConntrackSysctls::read(std::string_view name,
                                                  KernelVersion version) const {
  const File* file = find(name, version);
  if (file == nullptr) return std::nullopt;
  return std::to_string(this->*file->value);
}

// proc_dou8vec_minmax
SyscallResult<void> ConntrackSysctls::write(std::string_view name, std::string_view text,
                                            KernelVersion version) {
  const File* file = find(name, version);
  if (file == nullptr) return tl::unexpected(ENOENT);
  if (text.empty()) return {};
  const std::optional<ProcNumber> number = parse_proc_number(text);
  if (!number || number->negative || number->magnitude > file->largest) {
    return tl::unexpected(EINVAL);
  }
  this->*file->value = static_cast<std::uint8_t>(number->magnitude);
  return {};
}

}  // namespace cttimeout::fake
