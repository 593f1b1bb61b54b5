// Whatever the bytes, the checker ends without a fault: mutated requests, answers and recordings.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "check/report.h"
#include "mutation.h"
#include "rule_examples.h"
#include "support/request.h"

namespace cttimeout::tools::check {
namespace {

constexpr unsigned seed = 20;
constexpr int rounds = 20000;

/// Every datagram that the page shows.
std::vector<test::Bytes> datagrams() {
  std::vector<test::Bytes> result;
  for (const RuleExample& example : rule_examples()) {
    for (const std::string& text : {example.wrong, example.right}) {
      const auto capture = read_hex(text);
      if (!capture) continue;
      for (const Event& event : capture->events) result.push_back(event.bytes);
    }
  }
  return result;
}

TEST(Robustness, NoDatagramBringsTheObserverDown) {
  std::mt19937 random(seed);
  const std::vector<test::Bytes> known = datagrams();
  ASSERT_GT(known.size(), rules.size());
  std::size_t findings = 0;
  for (int round = 0; round < rounds / 10; ++round) {
    Observer observer;
    for (int step = 0; step < 10; ++step) {
      test::Bytes bytes = known[below(random, known.size())];
      mutate(random, bytes);
      if (below(random, 3) == 0) {
        observer.received({.bytes = bytes,
                           .buffer_size = below(random, 70000),
                           .truncated = below(random, 2) == 0});
      } else {
        observer.sent({.bytes = bytes});
      }
    }
    observer.closed();
    for (const Finding& finding : observer.findings()) {
      ASSERT_LE(finding.offset, 4096U) << finding.rule->id;
      ASSERT_FALSE(finding.text.empty()) << finding.rule->id;
    }
    findings += observer.findings().size();
  }
  EXPECT_GT(findings, static_cast<std::size_t>(rounds) / 2) << "the mutations reach no rule";
}

const std::string trace =
    R"(7 socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) = 3<socket:[1]>
7 sendto(3<socket:[1]>, [{nlmsg_len=56, nlmsg_type=NFNL_SUBSYS_CTNETLINK_TIMEOUT<<8|)"
    R"(IPCTNL_MSG_TIMEOUT_NEW, nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK|0x400, nlmsg_seq=1, )"
    R"(nlmsg_pid=0}, {nfgen_family=AF_UNSPEC, version=NFNETLINK_V0, res_id=htons(0)}, )"
    R"([[{nla_len=8, nla_type=0x1}, "\x77\x65\x62\x00"], [{nla_len=6, nla_type=0x2}, "\0\2"], )"
    R"([{nla_len=5, nla_type=0x3}, "\x06"], [{nla_len=12, nla_type=NLA_F_NESTED|0x4}, )"
    R"("\10\0\3\0\0\0\0d"]]], 56, 0, {sa_family=AF_NETLINK, nl_pid=0}, 12) = 56
 | 00000  38 00 00 00 00 08 05 04  01 00 00 00 00 00 00 00  8............... |
7 recvmsg(3<socket:[1]>, {msg_name={nl_pid=0}, msg_iov=[{iov_base=[[{nlmsg_len=36, )"
    R"(nlmsg_type=NLMSG_ERROR, nlmsg_flags=NLM_F_CAPPED, nlmsg_seq=1, nlmsg_pid=9}, )"
    R"({error=0}]], iov_len=4096}], msg_flags=MSG_TRUNC}, 0) = 36
7 recvmsg(3<socket:[1]>, <unfinished ...>
7 <... recvmsg resumed>{msg_iov=[{iov_base="\x01", iov_len=10 => 9}]}, 0) = 1
7 sendmmsg(3, [{msg_hdr={msg_iov=[{iov_base="a", iov_len=1}]}, msg_len=1}], 1, 0) = 1
7 close(3) = 0
7 sendmsg(3, {msg_name(0)=NULL, msg_iov(2)=[{"\x14\0", 2}, {"\0\0", 2}]}, 0) = 4
7 sendto(3, {{len=20, type=0x801, flags=0x301, seq=1, pid=0}, "\0\0\0\0"}, 20, 0, NULL, 0) = 20
7 clone(flags=CLONE_FILES <unfinished ...>
8 dup2(3<socket:[1]>, 5) = 5<socket:[1]>
7 <... clone resumed>) = 8
7 +++ killed by SIGINT +++
)";

TEST(Robustness, NoRecordingBringsTheReadersDown) {
  std::mt19937 random(seed);
  std::string pcap("\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\xff\xff\0\0\xfd\0\0\0", 24);
  pcap +=
      std::string("\0\0\0\0\0\0\0\0\x24\0\0\0\x24\0\0\0\0\7\3\x38\0\0\0\0\0\0\0\0\0\0\0\x0c", 32);
  pcap += std::string("\x14\0\0\0\1\x08\1\3\1\0\0\0\0\0\0\0\0\0\0\0", 20);
  const std::string hex = rule_examples().front().wrong + "< 20 0011\nclose\n";
  ASSERT_TRUE(read_pcap(pcap)) << read_pcap(pcap).error().text;
  ASSERT_TRUE(read_strace(trace)) << read_strace(trace).error().text;
  int read = 0;
  for (int round = 0; round < rounds; ++round) {
    std::string content = std::vector{pcap, trace, hex}[below(random, 3)];
    mutate(random, content);
    const auto capture = read_capture(content);
    if (!capture) continue;
    ++read;
    ASSERT_FALSE(to_text(check_capture("f", *capture, {})).empty());
  }
  EXPECT_GT(read, rounds / 4) << "the mutations leave too little that can be read";
}

/// Lines that cost much if something is searched again and again.
TEST(Robustness, LongLinesAndManyLinesEndSoon) {
  constexpr std::size_t many = 200000;
  const std::string opens = "socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) = 3\n";
  const auto repeated = [](std::string_view text, std::size_t times) {
    std::string result;
    for (std::size_t i = 0; i < times; ++i) result += text;
    return result;
  };
  for (const std::string_view piece :
       {"[", "{a=[{", "<", "1<", "1<a,", "(", "\"", "\\", "/*", "...", "a=", "|", "| 00000  ", "1,",
        "[1],", "=>", "{=>{", "\x1b["}) {
    for (const std::string_view before : {"sendto(3, ", "sendmsg(3, {msg_iov=[", "", "dup(3, "}) {
      const std::string line = std::string(before) + repeated(piece, many);
      const auto capture = read_strace(opens + line + "\n" + line + ") = 1\n");
      if (capture) {
        EXPECT_FALSE(to_text(check_capture("f", *capture, {})).empty());
      }
    }
  }
  // Many processes that inherit many descriptors.
  std::string text;
  for (std::size_t i = 0; i < 20000; ++i) {
    text += "1 socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) = " + std::to_string(i) + "\n";
  }
  for (std::size_t i = 2; i < 20000; ++i) {
    text += "1 fork() = " + std::to_string(i) + "\n1 close_range(3, 4294967295, 0) = 0\n";
  }
  EXPECT_TRUE(read_strace(text));
}

TEST(Robustness, DepthIsBounded) {
  const std::string deep(100000, '[');
  EXPECT_FALSE(read_strace("sendto(3, " + deep).has_value());
  EXPECT_FALSE(read_strace("sendto(3, " + std::string(100000, '{')).has_value());
}

}  // namespace
}  // namespace cttimeout::tools::check
