// Caller: the thread that waits for a system call, its memory and its descriptors.
#include "caller/caller.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/syscall.h>

#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <string>

namespace cttimeout::wrapper {
namespace {

std::string proc_file(pid_t thread, std::string_view name) {
  return "/proc/" + std::to_string(thread) + '/' + std::string(name);
}

/// The last word of that line of /proc/THREAD/status.
std::string status_word(pid_t thread, std::string_view line_name) {
  std::ifstream file(proc_file(thread, "status"));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(line_name)) return line.substr(line.find_last_of(" \t:") + 1);
  }
  return {};
}

template <class Number>
Number number_of(const std::string& text, int base) {
  Number number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number, base);
  return number;
}

/// Of the process that a thread belongs to. A thread id alone opens nothing before Linux 6.9.
Descriptor open_process(pid_t thread) {
  const long opened = syscall(SYS_pidfd_open, thread, 0);
  if (opened >= 0) return Descriptor(static_cast<int>(opened));
  const auto process = number_of<pid_t>(status_word(thread, "Tgid:"), 10);
  return Descriptor(static_cast<int>(syscall(SYS_pidfd_open, process, 0)));
}

}  // namespace

SyscallResult<void> Caller::read(Address from, std::span<std::byte> to) const {
  const iovec local{.iov_base = to.data(), .iov_len = to.size()};
  const iovec remote{.iov_base = std::bit_cast<void*>(from), .iov_len = to.size()};
  const ssize_t done = process_vm_readv(thread_, &local, 1, &remote, 1, 0);
  if (done != static_cast<ssize_t>(to.size())) return tl::unexpected(EFAULT);
  return {};
}

SyscallResult<void> Caller::write(Address to, std::span<const std::byte> from) const {
  const iovec local{.iov_base = const_cast<std::byte*>(from.data()), .iov_len = from.size()};
  const iovec remote{.iov_base = std::bit_cast<void*>(to), .iov_len = from.size()};
  const ssize_t done = process_vm_writev(thread_, &local, 1, &remote, 1, 0);
  if (done != static_cast<ssize_t>(from.size())) return tl::unexpected(EFAULT);
  return {};
}

SyscallResult<Descriptor> Caller::copy(int number) {
  if (!process_) process_ = open_process(thread_);
  const long copied = syscall(SYS_pidfd_getfd, process_.number(), number, 0);
  if (copied < 0) return tl::unexpected(errno);
  return Descriptor(static_cast<int>(copied));
}

std::uint32_t Caller::process_id() const {
  return number_of<std::uint32_t>(status_word(thread_, "NStgid:"), 10);
}

std::string Caller::program() const {
  std::ifstream file(proc_file(thread_, "comm"));
  std::string name;
  std::getline(file, name);
  return name;
}

SyscallResult<Descriptor> Caller::network_namespace() const {
  Descriptor opened(open(proc_file(thread_, "ns/net").c_str(), O_RDONLY | O_CLOEXEC));
  if (!opened) return tl::unexpected(errno);
  return opened;
}

bool Caller::waives_capability() const {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = thread_};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  if (syscall(SYS_capget, &header, sets.data()) != 0) return false;
  const __user_cap_data_struct& set = sets[CAP_TO_INDEX(CAP_NET_ADMIN)];
  return (set.permitted & ~set.effective & CAP_TO_MASK(CAP_NET_ADMIN)) != 0;
}

bool Caller::signalled() const {
  const auto set = [this](std::string_view name) {
    return number_of<std::uint64_t>(status_word(thread_, name), 16);
  };
  return ((set("SigPnd:") | set("ShdPnd:")) & ~set("SigBlk:")) != 0;
}

}  // namespace cttimeout::wrapper
