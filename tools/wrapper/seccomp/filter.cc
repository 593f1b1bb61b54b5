// The filter that a program runs under: which system calls run natively, which not, which are ours.
#include "seccomp/filter.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <initializer_list>

#include "calls/calls.h"
#include "seccomp/bpf_assembler.h"
#include "seccomp/table_options.h"

namespace cttimeout::tools::wrapper {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t native_arch = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t native_arch = AUDIT_ARCH_AARCH64;
#else
#error "fake-kernel knows the system calls of x86-64 and aarch64 only"
#endif
constexpr std::uint32_t x32_bit = 0x40000000;  // the other calling convention of x86-64
constexpr std::uint32_t skipped_call = 0xffffffff;

constexpr unsigned wanted_descriptors = 256;
constexpr unsigned end_of_select = 1024;

/// They would do what the supervisor does not see.
constexpr std::array absent_calls{SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
                                  SYS_pidfd_getfd};

constexpr auto number_at = static_cast<std::uint32_t>(offsetof(seccomp_data, nr));
constexpr auto arch_at = static_cast<std::uint32_t>(offsetof(seccomp_data, arch));

/// Where the low half of an argument lies: all of an int.
constexpr std::uint32_t argument_at(std::uint32_t index) {
  constexpr std::uint32_t half = std::endian::native == std::endian::big ? 4 : 0;
  return static_cast<std::uint32_t>(offsetof(seccomp_data, args)) + 8 * index + half;
}

/// The filter while it is written. Each verdict stands once, at the end.
class Filter {
 public:
  Filter(DescriptorRange range, bool messages) : range_(range), messages_(messages) {}

  std::vector<sock_filter> write() {
    decide_architecture();
    decide_absent_calls();
    if (messages_) decide_messages();
    decide_socket();
    decide_options(SYS_setsockopt);
    decide_options(SYS_getsockopt);
    decide_fcntl();
    decide_splices();
    decide_closes();
    decide_served_calls();
    code_.jump(allow_);
    write_verdicts();
    return code_.assemble();
  }

 private:
  using Label = BpfAssembler::Label;

  void decide_architecture() {
    code_.load(arch_at);
    code_.jump_unless_equal(native_arch, kill_);
    code_.load(number_at);
    code_.jump_if_equal(skipped_call, allow_);
    code_.jump_if_at_least(x32_bit, kill_);
  }

  void decide_absent_calls() {
    for (const auto number : absent_calls) jump_if_number(number, absent_);
  }

  // Any socket may bring a descriptor of one of the real kernel's netfilter sockets.
  void decide_messages() {
    jump_if_number(SYS_recvmsg, notify_);
    jump_if_number(SYS_recvmmsg, notify_);
  }

  void decide_socket() {
    const Label other = code_.label();
    code_.jump_unless_equal(SYS_socket, other);
    code_.load(argument_at(0));
    code_.jump_unless_equal(AF_NETLINK, allow_);
    code_.load(argument_at(2));
    code_.jump_if_equal(NETLINK_NETFILTER, notify_);
    code_.jump(allow_);
    code_.place(other);
  }

  void decide_options(long call) {
    const Label other = code_.label();
    code_.jump_unless_equal(static_cast<std::uint32_t>(call), other);
    notify_if_in_range(0);
    for (const TableOptions& options : table_options) {
      const Label next = code_.label();
      code_.load(argument_at(1));
      code_.jump_unless_equal(options.level, next);
      code_.load(argument_at(2));
      code_.jump_if_at_least(options.last + 1, next);
      code_.jump_if_at_least(options.first, notify_);
      code_.place(next);
    }
    code_.jump(allow_);
    code_.place(other);
  }

  void decide_fcntl() {
    const Label other = code_.label();
    const Label duplicates = code_.label();
    code_.jump_unless_equal(SYS_fcntl, other);
    code_.load(argument_at(1));
    code_.jump_if_equal(F_DUPFD, duplicates);
    code_.jump_if_equal(F_DUPFD_CLOEXEC, duplicates);
    code_.jump(allow_);
    code_.place(duplicates);
    notify_if_in_range(0);
    code_.jump(allow_);
    code_.place(other);
  }

  void decide_splices() {
    const Label sends_file = code_.label();
    const Label other = code_.label();
    jump_if_number(SYS_sendfile, sends_file);
    code_.jump_unless_equal(SYS_splice, other);
    code_.load(argument_at(2));
    jump_if_in_range(notify_);
    code_.place(sends_file);
    code_.load(argument_at(0));
    jump_if_in_range(notify_);
    code_.jump(allow_);
    code_.place(other);
  }

  void decide_closes() {
    jump_if_number(SYS_execve, notify_);
    jump_if_number(SYS_execveat, notify_);
    decide_by_arguments(SYS_close, {0});
#ifdef SYS_dup2
    decide_by_arguments(SYS_dup2, {0, 1});
#endif
    decide_by_arguments(SYS_dup3, {0, 1});
    const Label other = code_.label();
    code_.jump_unless_equal(SYS_close_range, other);
    code_.load(argument_at(1));
    code_.jump_if_at_least(range_.first, notify_);  // the last of them
    code_.jump(allow_);
    code_.place(other);
  }

  /// The call is the supervisor's if one of these arguments is a number of the range.
  void decide_by_arguments(long call, std::initializer_list<std::uint32_t> arguments) {
    const Label other = code_.label();
    code_.jump_unless_equal(static_cast<std::uint32_t>(call), other);
    for (const std::uint32_t argument : arguments) notify_if_in_range(argument);
    code_.jump(allow_);
    code_.place(other);
  }

  void decide_served_calls() {
    const Label served = code_.label();
    for (const ServedCall& call : served_calls()) jump_if_number(call.number, served);
    code_.jump(allow_);
    code_.place(served);
    notify_if_in_range(0);
  }

  void write_verdicts() {
    verdict(allow_, SECCOMP_RET_ALLOW);
    verdict(notify_, SECCOMP_RET_USER_NOTIF);
    verdict(absent_, SECCOMP_RET_ERRNO | ENOSYS);
    verdict(kill_, SECCOMP_RET_KILL_PROCESS);
  }

  void verdict(Label label, std::uint32_t value) {
    code_.place(label);
    code_.finish(value);
  }

  void jump_if_number(long number, Label target) {
    code_.jump_if_equal(static_cast<std::uint32_t>(number), target);
  }

  /// The argument is loaded.
  void jump_if_in_range(Label target) {
    const Label outside = code_.label();
    code_.jump_if_at_least(static_cast<std::uint32_t>(INT_MAX) + 1, outside);
    code_.jump_if_at_least(range_.first, target);
    code_.place(outside);
  }

  void notify_if_in_range(std::uint32_t argument) {
    code_.load(argument_at(argument));
    jump_if_in_range(notify_);
  }

  const DescriptorRange range_;
  const bool messages_;
  BpfAssembler code_;
  const Label allow_ = code_.label();
  const Label notify_ = code_.label();
  const Label absent_ = code_.label();
  const Label kill_ = code_.label();
};

}  // namespace

DescriptorRange descriptor_range() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const auto end = static_cast<unsigned>(std::min<rlim_t>(limit.rlim_cur, end_of_select));
  return {.first = end - std::min(wanted_descriptors, end / 2)};
}

std::vector<sock_filter> filter_program(DescriptorRange range, bool messages) {
  return Filter(range, messages).write();
}

SyscallResult<Descriptor> install_filter(std::span<const sock_filter> program) {
  const sock_fprog filter{.len = static_cast<unsigned short>(program.size()),
                          .filter = const_cast<sock_filter*>(program.data())};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return tl::unexpected(errno);
  const long listener =
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
  if (listener < 0) return tl::unexpected(errno);
  return Descriptor(static_cast<int>(listener));
}

}  // namespace cttimeout::tools::wrapper
