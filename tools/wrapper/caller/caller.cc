// Caller: the thread that waits for a system call, its memory and its descriptors.
#include "caller/caller.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/syscall.h>

#include <array>
#include <bit>
#include <cerrno>

#include "caller/pidfd.h"
#include "caller/proc.h"
#include "say_once.h"

namespace cttimeout::tools::wrapper {
namespace {

/// In which of its capability sets a thread has CAP_NET_ADMIN; 0 is this one.
struct NetAdminSets {
  bool permitted = false;
  bool effective = false;
};
NetAdminSets net_admin_sets(pid_t thread) {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = thread};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
  if (syscall(SYS_capget, &header, sets.data()) != 0) return {};
  const __user_cap_data_struct& set = sets[CAP_TO_INDEX(CAP_NET_ADMIN)];
  return {.permitted = (set.permitted & CAP_TO_MASK(CAP_NET_ADMIN)) != 0,
          .effective = (set.effective & CAP_TO_MASK(CAP_NET_ADMIN)) != 0};
}

}  // namespace

Caller::Caller(pid_t thread)
    : thread_(thread), pidfd_(open_thread(thread)), exact_(static_cast<bool>(pidfd_)) {
  if (exact_) return;
  error_ = errno;
  if (means_no_room(error_)) return;
  // Before Linux 6.9 only the process of such a thread has a pidfd.
  pidfd_ = open_thread(static_cast<pid_t>(status_number(thread, "Tgid:")));
}

SyscallResult<void> Caller::all_of(ssize_t done, std::size_t size) const {
  if (done == static_cast<ssize_t>(size)) return {};
  if (done >= 0 || errno != EPERM) return tl::unexpected(EFAULT);
  say_closed(thread_);
  return tl::unexpected(EPERM);
}

SyscallResult<void> Caller::read(Address from, std::span<std::byte> to) const {
  const iovec local{.iov_base = to.data(), .iov_len = to.size()};
  const iovec remote{.iov_base = std::bit_cast<void*>(from), .iov_len = to.size()};
  return all_of(process_vm_readv(thread_, &local, 1, &remote, 1, 0), to.size());
}

// A signal wakes it, and it then leaves its call, but a moment passes before it runs in its own
// code again: from its sleep to there is a longer way than from a look at it to a write or a reply.
// Not so where this thread had to give its processor away after it had looked, which the time tells
// that a look took. On a machine where every look takes that long the last one counts. That it
// still waits is asked after the look: otherwise it may have been seen asleep in a call that it
// made since.
bool Caller::await_sleep() const {
  using Clock = ThreadState::Clock;
  constexpr auto longest_look = std::chrono::microseconds(20);
  constexpr int most_looks = 10;
  if (!waits_ || !state_.handles_signals(thread_, Clock::now())) return true;
  for (int late = 0;;) {
    const auto begin = Clock::now();
    const bool sleeps = state_.sleeps(thread_);
    if (!waits_()) return false;
    if (!sleeps) {
      sched_yield();
    } else if (Clock::now() - begin < longest_look || ++late == most_looks) {
      return true;
    }
  }
}

SyscallResult<void> Caller::write(Address to, std::span<const std::byte> from) const {
  if (!await_sleep()) return tl::unexpected(EINTR);
  const iovec local{.iov_base = const_cast<std::byte*>(from.data()), .iov_len = from.size()};
  const iovec remote{.iov_base = std::bit_cast<void*>(to), .iov_len = from.size()};
  return all_of(process_vm_writev(thread_, &local, 1, &remote, 1, 0), from.size());
}

SyscallResult<Descriptor> Caller::copy(int number) const {
  if (!pidfd_) return tl::unexpected(error_);
  return copy_descriptor(pidfd_, number);
}

pid_t Caller::process() const {
  const auto numbers = process_numbers(pidfd_);
  return numbers ? numbers->process : static_cast<pid_t>(status_number(thread_, "Tgid:"));
}

std::uint32_t Caller::process_id() const {
  if (process_id_ == 0) {
    process_id_ =
        proc_is_ours() ? status_number(thread_, "NStgid:") : static_cast<std::uint32_t>(process());
  }
  return process_id_;
}

std::string Caller::program() const {
  return proc_is_ours() ? program_name(thread_) : std::string();
}

SyscallResult<Descriptor> Caller::network_namespace() const {
  if (!pidfd_) return tl::unexpected(error_);
  auto opened = wrapper::network_namespace(pidfd_);
  if (opened || opened.error() == EPERM || opened.error() == ESRCH) return opened;
  if (!proc_is_ours()) return tl::unexpected(opened.error());
  Descriptor file(open(proc_file(thread_, "ns/net").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return tl::unexpected(errno == EACCES ? EPERM : errno);
  return file;
}

bool Caller::waives_capability() const {
  const auto set = net_admin_sets(thread_);
  return set.permitted && !set.effective;
}

bool means_no_room(int error) {
  return error == EMFILE || error == ENFILE || error == ENOMEM;
}

bool may_have_net_admin() {
  return net_admin_sets(0).permitted;
}

void say_closed(pid_t thread) {
  say_once("process " + std::to_string(thread) +
           " does not let itself be looked into, so its sockets are not served: EPERM. It has made "
           "itself undumpable (PR_SET_DUMPABLE), has changed its user, or executes a file that it "
           "may not read; run fake-kernel as root, or the program without that");
}

}  // namespace cttimeout::tools::wrapper
