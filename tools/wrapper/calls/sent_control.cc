// Control data of a send: whether a netlink socket takes it, and whom the sender may claim to be.
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

namespace cttimeout::tools::wrapper {
namespace {

constexpr std::size_t most_control = 131072;  // net.core.optmem_max
constexpr std::uint32_t overflow_id = 65534;  // kernel.overflowuid, overflowgid

/// One line of a map of ids: so many from `inside` on are those from `outside` on in our namespace.
struct Mapped {
  std::uint64_t inside = 0;
  std::uint64_t outside = 0;
  std::uint64_t count = 0;
};

/// The map of the thread's user namespace; `name` is "uid_map" or "gid_map".
std::vector<Mapped> id_map(pid_t thread, std::string_view name) {
  std::ifstream file(proc_file(thread, name));
  std::vector<Mapped> map;
  for (Mapped line; file >> line.inside >> line.outside >> line.count;) map.push_back(line);
  return map;
}

/// Whether the id stands for somebody there.
bool is_mapped(const std::vector<Mapped>& map, std::uint32_t id) {
  return std::ranges::any_of(
      map, [id](const Mapped& line) { return id >= line.inside && id - line.inside < line.count; });
}

/// The id as the thread itself sees it, for one of ours.
std::uint32_t seen_inside(const std::vector<Mapped>& map, std::uint32_t id) {
  for (const Mapped& line : map) {
    if (id < line.outside || id - line.outside >= line.count) continue;
    return static_cast<std::uint32_t>(line.inside + (id - line.outside));
  }
  return overflow_id;
}

/// Real, effective and saved id, as the thread calls them; `line_name` is "Uid:" or "Gid:".
std::array<std::uint32_t, 3> ids_of(pid_t thread, std::string_view line_name,
                                    const std::vector<Mapped>& map) {
  std::ifstream file(proc_file(thread, "status"));
  std::array<std::uint32_t, 3> ids{};
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(line_name)) continue;
    std::istringstream words(line.substr(line_name.size()));
    for (std::uint32_t& id : ids) {
      words >> id;
      id = seen_inside(map, id);
    }
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

bool exists(pid_t process) {
  if (process <= 0) return false;
  const Descriptor found(static_cast<int>(syscall(SYS_pidfd_open, process, 0)));
  return found || errno != ESRCH;
}

// __scm_send, scm_check_creds
SyscallResult<void> judge_credentials(const Caller& caller, const ucred& claimed) {
  const pid_t thread = caller.thread();
  const auto users = id_map(thread, "uid_map");
  const auto groups = id_map(thread, "gid_map");
  if (!is_mapped(users, claimed.uid) || !is_mapped(groups, claimed.gid)) {
    return tl::unexpected(EINVAL);
  }
  const auto is_own = [](std::uint32_t id, const std::array<std::uint32_t, 3>& own) {
    return std::ranges::find(own, id) != own.end();
  };
  const bool own_process = static_cast<std::uint32_t>(claimed.pid) == caller.process_id();
  const bool allowed =
      (own_process || (has_in_effect(thread, CAP_SYS_ADMIN) && owns_process_ids(thread))) &&
      (is_own(claimed.uid, ids_of(thread, "Uid:", users)) || has_in_effect(thread, CAP_SETUID)) &&
      (is_own(claimed.gid, ids_of(thread, "Gid:", groups)) || has_in_effect(thread, CAP_SETGID));
  if (!allowed) return tl::unexpected(EPERM);
  if (!own_process && !exists(claimed.pid)) return tl::unexpected(ESRCH);
  return {};
}

/// Credentials are all that netlink takes; what is for another level is passed over.
SyscallResult<std::optional<Credentials>> judge_message(const Caller& caller, const cmsghdr& head,
                                                        std::span<const std::byte> data) {
  if (head.cmsg_level != SOL_SOCKET) return std::nullopt;
  ucred claimed{};
  if (head.cmsg_type != SCM_CREDENTIALS || data.size() != sizeof claimed) {
    return tl::unexpected(EINVAL);
  }
  std::memcpy(&claimed, data.data(), sizeof claimed);
  const auto judged = judge_credentials(caller, claimed);
  if (!judged) return tl::unexpected(judged.error());
  return Credentials{.process_id = static_cast<std::uint32_t>(claimed.pid),
                     .user_id = claimed.uid,
                     .group_id = claimed.gid};
}

}  // namespace

Credentials credentials_of(const Caller& caller) {
  const pid_t thread = caller.thread();
  return {.process_id = caller.process_id(),
          .user_id = ids_of(thread, "Uid:", id_map(thread, "uid_map"))[0],
          .group_id = ids_of(thread, "Gid:", id_map(thread, "gid_map"))[0]};
}

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
SyscallResult<std::optional<Credentials>> judge_control(const Caller& caller,
                                                        std::span<const std::byte> control) {
  std::optional<Credentials> claimed;
  cmsghdr head{};
  while (control.size() >= sizeof head) {
    std::memcpy(&head, control.data(), sizeof head);
    if (head.cmsg_len < sizeof head || head.cmsg_len > control.size()) {
      return tl::unexpected(EINVAL);
    }
    const auto data = control.first(head.cmsg_len).subspan(sizeof head);
    const auto judged = judge_message(caller, head, data);
    if (!judged) return judged;
    if (*judged) claimed = *judged;
    control = control.subspan(std::min(control.size(), std::size_t{CMSG_ALIGN(head.cmsg_len)}));
  }
  return claimed;
}

}  // namespace cttimeout::tools::wrapper
