// The filter of fake-kernel lets nothing by: its verdict on every call there can be.
#include "seccomp/filter.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/netfilter_arp/arp_tables.h>
#include <linux/netfilter_bridge/ebtables.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <set>

#include "filter_program.h"
#include "seccomp/bpf_assembler.h"

namespace cttimeout::tools::wrapper {
namespace {

constexpr DescriptorRange range{.first = 768};
constexpr std::uint64_t served = 800;
constexpr std::uint64_t other = 5;
constexpr std::uint32_t notifies = SECCOMP_RET_USER_NOTIF;
constexpr std::uint32_t allows = SECCOMP_RET_ALLOW;
constexpr std::uint32_t kills = SECCOMP_RET_KILL_PROCESS;

#if defined(__x86_64__)
constexpr std::uint32_t native = AUDIT_ARCH_X86_64;
constexpr std::uint32_t sibling = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t native = AUDIT_ARCH_AARCH64;
constexpr std::uint32_t sibling = AUDIT_ARCH_X86_64;
#endif
constexpr std::array<std::uint32_t, 5> foreign{AUDIT_ARCH_I386, AUDIT_ARCH_ARM, AUDIT_ARCH_RISCV64,
                                               sibling, 0};

constexpr int last_number = 700;  // behind the last system call that any kernel has

using Arguments = std::array<std::uint64_t, 6>;

std::uint32_t refuses(int error) {
  return SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error);
}

std::uint32_t verdict(int number, Arguments arguments = {}, std::uint32_t arch = native) {
  static const std::vector<sock_filter> program = filter_program(range, true);
  seccomp_data call{.nr = number, .arch = arch, .instruction_pointer = 0x1000, .args = {}};
  std::copy(arguments.begin(), arguments.end(), call.args);
  return run_filter(program, call).value_or(0xdeadbeef);
}

/// Calls that the supervisor has to see whenever their first argument is in the range.
const std::set<int> on_served_sockets{
    SYS_read,        SYS_write,      SYS_readv,    SYS_writev,   SYS_sendto,
    SYS_recvfrom,    SYS_sendmsg,    SYS_recvmsg,  SYS_bind,     SYS_connect,
    SYS_listen,      SYS_shutdown,   SYS_preadv2,  SYS_pwritev2, SYS_getsockname,
    SYS_getpeername, SYS_accept,     SYS_accept4,  SYS_ioctl,    SYS_dup,
    SYS_dup3,        SYS_setsockopt, SYS_sendmmsg, SYS_recvmmsg, SYS_getsockopt,
#ifdef SYS_dup2
    SYS_dup2,
#endif
};
/// Whatever their first argument is.
const std::set<int> always{SYS_recvmsg, SYS_recvmmsg, SYS_execve, SYS_execveat};
const std::set<int> absent{SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
                           SYS_pidfd_getfd};

TEST(Filter, KillsEveryCallOfAnotherArchitecture) {
  for (const std::uint32_t arch : foreign) {
    for (int number = -1; number <= last_number; ++number) {
      for (const std::uint64_t descriptor : {other, served}) {
        ASSERT_EQ(verdict(number, {descriptor}, arch), kills) << arch << ' ' << number;
      }
    }
  }
}

TEST(Filter, KillsEveryCallOfTheX32Convention) {
  constexpr int x32_bit = 0x40000000;
  for (int number = 0; number <= last_number; ++number) {
    ASSERT_EQ(verdict(number | x32_bit, {AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER}), kills);
  }
  EXPECT_EQ(verdict(x32_bit - 1), allows);  // no such call
  EXPECT_EQ(verdict(0x7fffffff), kills);
  EXPECT_EQ(verdict(-2), kills);
}

TEST(Filter, LetsTheCallByThatATracerSkips) {
  EXPECT_EQ(verdict(-1, {served}), allows);
}

TEST(Filter, TakesNetfilterSocketsAndNoOthers) {
  for (std::uint64_t domain = 0; domain < 64; ++domain) {
    for (std::uint64_t protocol = 0; protocol < 64; ++protocol) {
      const bool ours = domain == AF_NETLINK && protocol == NETLINK_NETFILTER;
      EXPECT_EQ(verdict(SYS_socket, {domain, SOCK_RAW, protocol}), ours ? notifies : allows);
    }
  }
}

// The kernel takes an int from the low half of a register, whatever is in the other.
TEST(Filter, LooksAtTheHalfOfAnArgumentThatTheKernelTakes) {
  constexpr std::uint64_t high = 0xabcdef0100000000;
  EXPECT_EQ(verdict(SYS_socket, {high | AF_NETLINK, SOCK_RAW, high | NETLINK_NETFILTER}), notifies);
  EXPECT_EQ(verdict(SYS_sendto, {high | served}), notifies);
  EXPECT_EQ(verdict(SYS_sendto, {high | other}), allows);
  EXPECT_EQ(verdict(SYS_setsockopt, {other, high | IPPROTO_IP, high | IPT_SO_SET_REPLACE}),
            notifies);
}

TEST(Filter, DecidesByTheNumberOfTheDescriptor) {
  for (int number = 0; number <= last_number; ++number) {
    if (number == SYS_socket || number == SYS_fcntl) continue;  // tests of their own
    if (number == SYS_close_range) continue;
    if (absent.contains(number)) {
      EXPECT_EQ(verdict(number, {served}), refuses(ENOSYS)) << number;
      EXPECT_EQ(verdict(number, {other}), refuses(ENOSYS)) << number;
      continue;
    }
    const bool sees = on_served_sockets.contains(number) || number == SYS_close ||
                      number == SYS_splice || number == SYS_sendfile;
    const auto on_other = always.contains(number) ? notifies : allows;
    const auto on_served = sees ? notifies : on_other;
    for (const std::uint64_t descriptor : {768UL, 769UL, 1023UL, 1024UL, 65536UL, 0x7fffffffUL}) {
      EXPECT_EQ(verdict(number, {descriptor}), on_served) << number << ' ' << descriptor;
    }
    for (const std::uint64_t descriptor : {0UL, 1UL, 767UL, 0x80000000UL, 0xffffffffUL}) {
      EXPECT_EQ(verdict(number, {descriptor}), on_other) << number << ' ' << descriptor;
    }
  }
}

TEST(Filter, TakesTheCommandsOfFcntlThatDuplicate) {
  for (std::uint64_t command = 0; command < 2048; ++command) {
    const bool duplicates = command == F_DUPFD || command == F_DUPFD_CLOEXEC;
    EXPECT_EQ(verdict(SYS_fcntl, {served, command}), duplicates ? notifies : allows) << command;
    EXPECT_EQ(verdict(SYS_fcntl, {other, command}), allows) << command;
  }
}

TEST(Filter, SeesWhatClosesANumberOfTheRange) {
  EXPECT_EQ(verdict(SYS_close_range, {3, served}), notifies);
  EXPECT_EQ(verdict(SYS_close_range, {served, served}), notifies);
  EXPECT_EQ(verdict(SYS_close_range, {3, 0xffffffff}), notifies);
  EXPECT_EQ(verdict(SYS_close_range, {3, range.first - 1}), allows);
#ifdef SYS_dup2
  EXPECT_EQ(verdict(SYS_dup2, {other, served}), notifies);
  EXPECT_EQ(verdict(SYS_dup2, {other, other}), allows);
#endif
  EXPECT_EQ(verdict(SYS_dup3, {other, served}), notifies);
  EXPECT_EQ(verdict(SYS_dup3, {other, other}), allows);
}

TEST(Filter, AsksBeforeItSplicesIntoTheRange) {
  EXPECT_EQ(verdict(SYS_splice, {other, 0, served}), notifies);
  EXPECT_EQ(verdict(SYS_splice, {served, 0, other}), notifies);
  EXPECT_EQ(verdict(SYS_splice, {other, 0, other}), allows);
  EXPECT_EQ(verdict(SYS_sendfile, {served, other}), notifies);
  EXPECT_EQ(verdict(SYS_sendfile, {other, other}), allows);
}

TEST(Filter, LooksAtMessagesOnlyWhereTheyCouldMatter) {
  const std::vector<sock_filter> program = filter_program(range, false);
  for (const int number : {SYS_recvmsg, SYS_recvmmsg}) {
    const seccomp_data call{
        .nr = number, .arch = native, .instruction_pointer = 0, .args = {other}};
    EXPECT_EQ(run_filter(program, call), allows);
    EXPECT_EQ(verdict(number, {other}), notifies);
  }
}

/// Whether the supervisor hears of an option of a socket of the program's own.
bool notified(std::uint64_t level, std::uint64_t option) {
  const std::uint32_t set = verdict(SYS_setsockopt, {other, level, option});
  EXPECT_EQ(set, verdict(SYS_getsockopt, {other, level, option})) << level << ' ' << option;
  EXPECT_EQ(verdict(SYS_setsockopt, {served, level, option}), notifies);
  return set == notifies;
}

TEST(Filter, TellsOfTheOptionsOfTables) {
  for (const int option :
       {IPT_SO_SET_REPLACE, IPT_SO_SET_ADD_COUNTERS, IPT_SO_GET_INFO, IPT_SO_GET_ENTRIES,
        IPT_SO_GET_REVISION_MATCH, IPT_SO_GET_REVISION_TARGET, ARPT_SO_SET_REPLACE,
        ARPT_SO_SET_ADD_COUNTERS, ARPT_SO_GET_INFO, ARPT_SO_GET_ENTRIES,
        ARPT_SO_GET_REVISION_TARGET, EBT_SO_SET_ENTRIES, EBT_SO_SET_COUNTERS, EBT_SO_GET_INFO,
        EBT_SO_GET_ENTRIES, EBT_SO_GET_INIT_INFO, EBT_SO_GET_INIT_ENTRIES, 83 /* SO_IP_SET */,
        1152 /* IP_VS_BASE_CTL */}) {
    EXPECT_TRUE(notified(IPPROTO_IP, static_cast<std::uint64_t>(option))) << option;
  }
  for (const int option :
       {IP6T_SO_SET_REPLACE, IP6T_SO_SET_ADD_COUNTERS, IP6T_SO_GET_INFO, IP6T_SO_GET_ENTRIES,
        IP6T_SO_GET_REVISION_MATCH, IP6T_SO_GET_REVISION_TARGET}) {
    EXPECT_TRUE(notified(IPPROTO_IPV6, static_cast<std::uint64_t>(option))) << option;
  }
}

TEST(Filter, LeavesEveryOtherOptionAlone) {
  constexpr std::uint64_t last_of_ip = 60;
  for (std::uint64_t option = 0; option <= last_of_ip; ++option) {
    EXPECT_FALSE(notified(IPPROTO_IP, option)) << option;
    EXPECT_FALSE(notified(IPPROTO_IPV6, option)) << option;
  }
  for (const std::uint64_t option : {80UL /* SO_ORIGINAL_DST */, 200UL /* MRT_INIT */, 212UL}) {
    EXPECT_FALSE(notified(IPPROTO_IP, option)) << option;
  }
  for (const std::uint64_t option : {66UL, 67UL /* IPV6_TCLASS */, 70UL, 72UL, 78UL, 80UL, 200UL}) {
    EXPECT_FALSE(notified(IPPROTO_IPV6, option)) << option;
  }
  for (const std::uint64_t level : {1UL /* SOL_SOCKET */, 6UL, 17UL, 270UL, 0xffffffffUL}) {
    for (std::uint64_t option = 0; option < 200; ++option) EXPECT_FALSE(notified(level, option));
  }
}

TEST(BpfAssembler, JumpsFurtherThanAConditionReaches) {
  BpfAssembler code;
  const auto far = code.label();
  code.load(0);
  code.jump_if_equal(7, far);
  for (int i = 0; i < 1000; ++i) code.load(4);
  code.finish(1);
  code.place(far);
  code.finish(2);
  const auto program = code.assemble();
  EXPECT_EQ(run_filter(program, {.nr = 7, .arch = 0, .instruction_pointer = 0, .args = {}}), 2U);
  EXPECT_EQ(run_filter(program, {.nr = 8, .arch = 0, .instruction_pointer = 0, .args = {}}), 1U);
}

TEST(BpfAssembler, RefusesAJumpThatIsNotForward) {
  BpfAssembler nowhere;
  nowhere.jump(nowhere.label());
  EXPECT_THROW((void)nowhere.assemble(), std::logic_error);
  BpfAssembler back;
  const auto begin = back.label();
  back.place(begin);
  back.jump(begin);
  EXPECT_THROW((void)back.assemble(), std::logic_error);
}

}  // namespace
}  // namespace cttimeout::tools::wrapper
