// The filter that a program runs under: which of its system calls the supervisor answers.
#include "seccomp/filter.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstddef>

#include "calls/calls.h"

namespace cttimeout::wrapper {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t native_arch = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t native_arch = AUDIT_ARCH_AARCH64;
#else
#error "fake-kernel knows the system calls of x86-64 and aarch64 only"
#endif
constexpr std::uint32_t x32_bit = 0x40000000;  // the other calling convention of x86-64

constexpr unsigned number_of_descriptors = 256;
constexpr unsigned end_of_select = 1024;

constexpr auto number_at = static_cast<std::uint32_t>(offsetof(seccomp_data, nr));
constexpr auto arch_at = static_cast<std::uint32_t>(offsetof(seccomp_data, arch));

/// Where the low half of an argument lies: all of an int.
constexpr std::uint32_t argument_at(std::uint32_t index) {
  constexpr std::uint32_t half = std::endian::native == std::endian::big ? 4 : 0;
  return static_cast<std::uint32_t>(offsetof(seccomp_data, args)) + 8 * index + half;
}

using Program = std::vector<sock_filter>;

void load(Program& program, std::uint32_t at) {
  program.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at));
}

/// Goes on if the loaded word equals `value`, else skips that many instructions.
void unless_equal_skip(Program& program, std::uint32_t value, std::uint8_t skipped) {
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skipped));
}

void finish(Program& program, std::uint32_t verdict) {
  program.push_back(BPF_STMT(BPF_RET | BPF_K, verdict));
}

/// Ends the program: the supervisor's if the first argument is in the range. Five instructions.
void decide_by_range(Program& program, DescriptorRange range) {
  load(program, argument_at(0));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, range.first, 0, 2));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, range.first + range.count, 1, 0));
  finish(program, SECCOMP_RET_USER_NOTIF);
  finish(program, SECCOMP_RET_ALLOW);
}

void decide_architecture(Program& program) {
  load(program, arch_at);
  unless_equal_skip(program, native_arch, 3);
  load(program, number_at);
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, x32_bit, 0, 1));
  finish(program, SECCOMP_RET_KILL_PROCESS);
}

void decide_socket(Program& program) {
  unless_equal_skip(program, SYS_socket, 6);
  load(program, argument_at(0));
  unless_equal_skip(program, AF_NETLINK, 3);
  load(program, argument_at(2));
  unless_equal_skip(program, NETLINK_NETFILTER, 1);
  finish(program, SECCOMP_RET_USER_NOTIF);
  finish(program, SECCOMP_RET_ALLOW);
}

void decide_fcntl(Program& program, DescriptorRange range) {
  unless_equal_skip(program, SYS_fcntl, 9);
  load(program, argument_at(1));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, F_DUPFD, 2, 0));
  program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, F_DUPFD_CLOEXEC, 1, 0));
  finish(program, SECCOMP_RET_ALLOW);
  decide_by_range(program, range);
}

}  // namespace

DescriptorRange descriptor_range() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const auto end = static_cast<unsigned>(std::min<rlim_t>(limit.rlim_cur, end_of_select));
  const unsigned count = std::min(number_of_descriptors, end / 2);
  return {.first = end - count, .count = count};
}

std::vector<sock_filter> filter_program(DescriptorRange range) {
  Program program;
  decide_architecture(program);
  decide_socket(program);
  unless_equal_skip(program, SYS_io_uring_setup, 1);
  finish(program, SECCOMP_RET_ERRNO | ENOSYS);
  decide_fcntl(program, range);
  const auto calls = served_calls();
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const auto to_range = static_cast<std::uint8_t>(calls.size() - i);
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                               static_cast<std::uint32_t>(calls[i].number), to_range, 0));
  }
  finish(program, SECCOMP_RET_ALLOW);
  decide_by_range(program, range);
  return program;
}

SyscallResult<Descriptor> install_filter(std::span<const sock_filter> program) {
  // Once the supervisor has a call, only a fatal signal may take it back: it has had its effect.
  constexpr unsigned long flags =
      SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  const sock_fprog filter{.len = static_cast<unsigned short>(program.size()),
                          .filter = const_cast<sock_filter*>(program.data())};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return tl::unexpected(errno);
  const long listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
  if (listener < 0) return tl::unexpected(errno);
  return Descriptor(static_cast<int>(listener));
}

}  // namespace cttimeout::wrapper
