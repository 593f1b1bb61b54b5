// Control data of a send: whether a netlink socket takes it, and whether the sender may state it.
#include "calls/sent_control.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

#include "caller/proc.h"

namespace cttimeout::wrapper {
namespace {

constexpr std::size_t most_control = 131072;  // net.core.optmem_max

/// Real, effective and saved id; line is "Uid:" or "Gid:".
std::array<std::uint32_t, 3> ids_of(pid_t thread, std::string_view line_name) {
  std::ifstream file(proc_file(thread, "status"));
  std::array<std::uint32_t, 3> ids{};
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(line_name)) continue;
    std::istringstream words(line.substr(line_name.size()));
    for (std::uint32_t& id : ids) words >> id;
  }
  return ids;
}

bool has_in_effect(pid_t thread, unsigned capability) {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = thread};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  if (syscall(SYS_capget, &header, sets.data()) != 0) return false;
  return (sets[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability)) != 0;
}

/// Whether the thread's user namespace is the one that owns its namespace of process ids. That of
/// an outer one cannot be asked for, and its capabilities are not had inside.
bool owns_process_ids(pid_t thread) {
  const Descriptor ids(open(proc_file(thread, "ns/pid").c_str(), O_RDONLY | O_CLOEXEC));
  const Descriptor owner(ids ? ioctl(ids.number(), NS_GET_USERNS) : -1);
  struct stat owning {};
  struct stat own {};
  return owner && fstat(owner.number(), &owning) == 0 &&
         stat(proc_file(thread, "ns/user").c_str(), &own) == 0 && owning.st_ino == own.st_ino;
}

/// Whether the id stands for somebody in the user namespace of the thread.
bool is_mapped(pid_t thread, std::string_view map_name, std::uint32_t id) {
  std::ifstream file(proc_file(thread, map_name));
  std::uint64_t inside = 0;
  std::uint64_t outside = 0;
  std::uint64_t count = 0;
  while (file >> inside >> outside >> count) {
    if (id >= inside && id - inside < count) return true;
  }
  return false;
}

bool exists(pid_t process) {
  if (process <= 0) return false;
  const Descriptor found(static_cast<int>(syscall(SYS_pidfd_open, process, 0)));
  return found || errno != ESRCH;
}

// __scm_send, scm_check_creds
SyscallResult<void> judge_credentials(const Caller& caller, const ucred& claimed) {
  const pid_t thread = caller.thread();
  if (!is_mapped(thread, "uid_map", claimed.uid) || !is_mapped(thread, "gid_map", claimed.gid)) {
    return tl::unexpected(EINVAL);
  }
  const auto may_claim = [thread](std::uint32_t id, std::string_view line, unsigned capability) {
    const auto own = ids_of(thread, line);
    return std::ranges::find(own, id) != own.end() || has_in_effect(thread, capability);
  };
  const bool own_process = static_cast<std::uint32_t>(claimed.pid) == caller.process_id();
  const bool allowed =
      (own_process || (has_in_effect(thread, CAP_SYS_ADMIN) && owns_process_ids(thread))) &&
      may_claim(claimed.uid, "Uid:", CAP_SETUID) && may_claim(claimed.gid, "Gid:", CAP_SETGID);
  if (!allowed) return tl::unexpected(EPERM);
  if (!own_process && !exists(claimed.pid)) return tl::unexpected(ESRCH);
  return {};
}

SyscallResult<void> judge_message(const Caller& caller, const cmsghdr& head,
                                  std::span<const std::byte> data) {
  if (head.cmsg_level != SOL_SOCKET) return {};
  ucred claimed{};
  if (head.cmsg_type != SCM_CREDENTIALS || data.size() != sizeof claimed) {
    return tl::unexpected(EINVAL);
  }
  std::memcpy(&claimed, data.data(), sizeof claimed);
  return judge_credentials(caller, claimed);
}

}  // namespace

// ____sys_sendmsg
SyscallResult<std::vector<std::byte>> load_control(const Caller& caller, const msghdr& header) {
  std::vector<std::byte> control;
  if (header.msg_controllen == 0) return control;
  if (header.msg_controllen >= most_control) return tl::unexpected(ENOBUFS);
  control.resize(header.msg_controllen);
  const auto read = caller.read(reinterpret_cast<Address>(header.msg_control), control);
  if (!read) return tl::unexpected(read.error());
  return control;
}

// __scm_send. A rest that is shorter than a header is no message.
SyscallResult<void> judge_control(const Caller& caller, std::span<const std::byte> control) {
  cmsghdr head{};
  while (control.size() >= sizeof head) {
    std::memcpy(&head, control.data(), sizeof head);
    if (head.cmsg_len < sizeof head || head.cmsg_len > control.size()) {
      return tl::unexpected(EINVAL);
    }
    const auto data = control.first(head.cmsg_len).subspan(sizeof head);
    const auto judged = judge_message(caller, head, data);
    if (!judged) return judged;
    control = control.subspan(std::min(control.size(), std::size_t{CMSG_ALIGN(head.cmsg_len)}));
  }
  return {};
}

}  // namespace cttimeout::wrapper
