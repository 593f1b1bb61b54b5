// What a log does not hold is said once, and is never a finding; what it holds is judged.
#include <algorithm>

#include "strace_logs.h"

namespace cttimeout::tools::check {
namespace {

const std::string bad_line = write_line(
    3, test::new_policy("web", test::ipv4, test::tcp, {{CTA_TIMEOUT_TCP_ESTABLISHED, 0x10000000}})
           .ack()
           .create()
           .exclusive());
const std::vector<std::string> judged{"C-ORDER-TIMEOUT"};
const std::string start = "close(9) = 0\n" + opens_3;

std::string cut_string(const test::Bytes& bytes, std::size_t size) {
  return hex_string({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}) + "...";
}

/// How many remarks begin so.
std::size_t remarks_with(const std::string& text, std::string_view words) {
  const Capture capture = read_log(text);
  return static_cast<std::size_t>(std::ranges::count_if(
      capture.remarks, [&](const std::string& remark) { return remark.starts_with(words); }));
}

TEST(StraceCut, DataIsNamedOnceAndTheRestIsJudged) {
  const std::string cut = "write(3, " + cut_string(adds_web, 32) + ", 56) = 56\n";
  EXPECT_EQ(rules_broken_in(start + bad_line + cut), judged);
  EXPECT_EQ(remarks_with(start + bad_line + cut, "a datagram was cut (line 4): "), 1U);
  EXPECT_EQ(
      remarks_with(start + bad_line + cut + cut, "2 datagrams were cut (the first in line 4)"), 1U);
}

TEST(StraceCut, WholeMessagesOfADatagramThatIsCutAreJudged) {
  const test::Bytes wrong =
      test::new_policy("a", test::ipv4, test::tcp, {{CTA_TIMEOUT_TCP_ESTABLISHED, 0x10000000}})
          .ack()
          .create()
          .exclusive();
  const test::Bytes both = test::join({wrong, adds_web});
  EXPECT_EQ(rules_broken_in(start + write_line(3, adds_web) + "write(3, " + cut_string(both, 80) +
                            ", 112) = 112\n"),
            judged);
}

TEST(StraceCut, DecodedPartsAreNoFinding) {
  const std::string message =
      R"([{nlmsg_len=80, nlmsg_type=0x800, nlmsg_flags=0x605, nlmsg_seq=1, nlmsg_pid=0}, )"
      R"({nfgen_family=AF_UNSPEC, version=NFNETLINK_V0, res_id=htons(0)}, )"
      R"([[{nla_len=8, nla_type=0x1}, "\x77\x65\x62\x00"], )"
      R"([{nla_len=6, nla_type=0x2}, "\x00\x02"], )"
      R"([{nla_len=5, nla_type=0x3}, "\x06"], [{nla_len=36, nla_type=NLA_F_NESTED|0x4}, )";
  for (const std::string data :
       {R"("\x08\x00\x03\x00"...]]])", "...]]]", R"("\x08\x00\x03\x00"], ...]])"}) {
    const std::string cut = "sendto(3, " + message + data + ", 80, 0, NULL, 0) = 80\n";
    EXPECT_EQ(rules_broken_in(start + bad_line + cut), judged) << data;
    EXPECT_EQ(remarks_with(start + bad_line + cut, "a datagram was cut"), 1U) << data;
  }
}

TEST(StraceCut, LinesAreNamedOnceWhereverTheyEnd) {
  const std::string call =
      "sendmsg(3, {msg_name={sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, msg_namelen=12, "
      "msg_iov=[{iov_base=[{nlmsg_len=28, nlmsg_type=NFNL_SUBSYS_CTNETLINK_TIMEOUT<<8|"
      "IPCTNL_MSG_TIMEOUT_GET, nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK, nlmsg_seq=2, nlmsg_pid=0}, "
      "{nfgen_family=AF_UNSPEC, version=NFNETLINK_V0, res_id=htons(0)}, [{nla_len=8, "
      "nla_type=0x1}, "
      "\"\\x77\\x65\\x62\\x00\"]], iov_len=28}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0) "
      "= 28";
  for (std::size_t size = 10; size + 4 < call.size(); size += 3) {
    const std::string text = start + bad_line + call.substr(0, size);
    EXPECT_EQ(rules_broken_in(text), judged) << text;
    EXPECT_EQ(remarks_with(text, "a line about a socket of netfilter ends before its call does"),
              1U)
        << text;
    EXPECT_EQ(rules_broken_in(text + "\n" + start), judged) << text;
  }
}

TEST(StraceCut, ADumpThatIsNotWholeGivesWayToTheCall) {
  const std::string dump = " | 00000  38 00 00 00 00 08 05 06  01 00 00 00 00 00 00 00  8... |\n";
  for (const std::string& part :
       {dump, dump + " | 00010  00 00", dump + dump, std::string(" | 00000  3")}) {
    EXPECT_EQ(rules_broken_in(start + bad_line + part), judged) << part;
  }
  EXPECT_EQ(
      remarks_with(start + bad_line + dump, "the dump of a call's data is not whole (line 3)"), 1U);
}

const std::string delete_line = write_line(3, test::delete_policy("a").ack());

TEST(StraceCut, RepliesThatAreCutAreTakenForRead) {
  const std::string reply =
      "recvfrom(3, [{nlmsg_len=36, nlmsg_type=NLMSG_ERROR, nlmsg_flags=0, "
      "nlmsg_seq=1, nlmsg_pid=9}, {error=0}], 4096, 0, NULL, NULL) = 36\n";
  const std::string end = "close(3) = 0\n";
  const std::vector<std::string> none;
  EXPECT_EQ(
      rules_broken_in(start + delete_line + "read(3, \"\\44\\0\\0\\0\"..., 4096) = 36\n" + end),
      none);
  EXPECT_EQ(rules_broken_in(start + delete_line + "read(3, 0x7ffe, 4096) = 36\n" + end), none);
  EXPECT_EQ(rules_broken_in(start + delete_line + reply.substr(0, 30) + "\n" + end), none);
  EXPECT_EQ(rules_broken_in(start + delete_line + reply.substr(0, 30)), none);
  // The header tells enough: not cut by the program's buffer, but by strace.
  const std::string header = hex_string(test::hex("90000000000802000100000009000000"));
  EXPECT_EQ(rules_broken_in(start + write_line(3, test::get_policy("a").ack()) + "read(3, " +
                            header + "..., 4096) = 144\n" + reply + end),
            none);
  // And where the log simply ends, nobody knows what comes.
  EXPECT_EQ(rules_broken_in(start + delete_line + reply + delete_line), none);
}

TEST(StraceCut, NumbersThatCallsReturnedAreNoSizes) {
  const std::string request = write_line(3, adds_web);
  const std::string dump = " | 00000  38 00 00 00 00 08 05 06  01 00 00 00 00 00 00 00  8... |\n";
  const std::string cut = request.substr(0, request.size() - 2) + "\n";  // ") = 5"
  EXPECT_EQ(rules_broken_in(start + cut + dump + bad_line), judged);
  EXPECT_EQ(senders(read_log(start + cut + dump), adds_web).size(), 1U);
  EXPECT_EQ(senders(read_log(start + cut.substr(0, cut.size() - 1)), adds_web).size(), 1U);
  const std::string reply =
      "recvfrom(3, [{nlmsg_len=36, nlmsg_type=NLMSG_ERROR, nlmsg_flags=0, nlmsg_seq=1, "
      "nlmsg_pid=9}, {error=0}], 4096, 0, NULL, NULL) = 3\n";
  EXPECT_EQ(rules_broken_in(start + delete_line + reply + "close(3) = 0\n"),
            std::vector<std::string>());
}

TEST(StraceCut, ACallThatLacksAHalfIsRemarkedUpon) {
  const std::string begins = "10 recvfrom(3,  <unfinished ...>\n";
  const std::string ends =
      "10 <... recvfrom resumed>[{nlmsg_len=36, nlmsg_type=NLMSG_ERROR, nlmsg_flags=0, "
      "nlmsg_seq=1, nlmsg_pid=9}, {error=0}], 4096, 0, NULL, NULL) = 36\n";
  const std::string before = "10 " + start + "10 " + delete_line +
                             "10 recvfrom(3, 0x7ffe, 4096, 0, NULL, NULL) = -1 EAGAIN (Again)\n";
  const std::string after = "10 mmap(NULL) = 0\n10 close(3) = 0\n";
  const std::vector<std::string> none;
  EXPECT_EQ(rules_broken_in(before + begins + ends + after), none);
  EXPECT_EQ(rules_broken_in(before + begins + after), none);
  EXPECT_EQ(remarks_with(before + begins + after,
                         "a line about a socket of netfilter ends before "
                         "its call does (line 5)"),
            1U);
  EXPECT_EQ(rules_broken_in(before + ends + after), none);
  EXPECT_EQ(remarks_with(before + ends + after,
                         "a part of a call that may have received is "
                         "missing (line 5)"),
            1U);
  EXPECT_EQ(rules_broken_in(ends + before + after), (std::vector<std::string>{"C-READ-UNREAD"}))
      << "a trace of a program that was running begins so";
}

TEST(StraceCut, ALineThatMayHaveReceivedIsRemarkedUponWhereverItEnds) {
  const std::string before = "10 close(9) = 0\n10 " + opens_3 + "10 " + delete_line +
                             "10 recvfrom(3, 0x7ffe, 4096, 0, NULL, NULL) = -1 EAGAIN (Again)\n";
  const std::string after = "\n10 close(3) = 0\n";
  const std::vector<std::string> unread{"C-READ-UNREAD"};
  for (const std::string line :
       {"1", "10", "10<", "10<nf", "10<nfct> 00:00:0", "10 00:00:00.123456", "10 00:00:00 [",
        "10 00:00:00 [ 45] [000", "10 r", "10 recvf", "10 recvfrom", "10 recvfrom(", "10 <",
        "10 <...", "10 <... recvf", "00:00:00 recvms", "recvm", "web-1  | 10 rec",
        "[{nlmsg_len=36, nlmsg_type=NLMSG_ERROR, nlmsg_flags=0}, {error=0}], 4096, 0, NULL) = "
        "36"}) {
    EXPECT_EQ(rules_broken_in(before + line + after), std::vector<std::string>()) << line;
    EXPECT_EQ(
        remarks_with(before + line + after, "a part of a call that may have received is missing"),
        1U)
        << line;
  }
  for (const std::string line :
       {"", "2", "2026-11-26", "hello", "re", "10 apples", "10 sendt",
        "10 +++ superseded by execve +++", "10 <... futex", "[pid",
        "10 recvfrom(-1, 0x7ffe, 4096, 0, NULL, NULL) = -1 EBADF (Bad file descriptor)",
        "10 sendto(", "it calls read(fd) or recvfrom(s)"}) {
    EXPECT_EQ(rules_broken_in(before + line + after), unread) << line;
  }
  EXPECT_EQ(rules_broken_in(before + after + "10"), unread) << "the log ends there";
}

TEST(StraceCut, LinesOfOtherSocketsAreNeverInTheWay) {
  for (const std::string line :
       {"recvmsg(4, {msg_iov=[{iov_base=[{nlmsg_len=60, nlmsg_type=RTM_NEWLINK, nlmsg_flags=0, "
        "nlmsg_seq=1, nlmsg_pid=1}, {ifi_family=AF_UNSPEC}, [{nla_len=28, nla_type=IFLA_AF_SPEC}, "
        "[[{nla_len=24, nla_type=AF_INET}, [{nla_len=20, nla_type=IFLA_INET_CONF}, "
        "[[IPV4_DEVCONF_FORWARDING-1]=0]]]]]], iov_len=9}], msg_iovlen=1}, 0) = 60",
        "sendto(4, [{nlmsg_len=40, nlmsg_type=RTM_GETLINK, nlmsg_fla", "sendto(4, {{{{[[[[((((",
        "recvmsg(4, {msg_iov=[{iov_base=\"unterminated", "sendmsg(4, [}]{)(= , 0) = 5",
        "execve(\"/bin/x\", [\"x\", \"sendto(3, \\\"...\"...], 0x7ffe /* 20 vars */) = 0",
        "connect(4, {sa_family=AF_UNIX, sun_path=@\"/tmp/.X11-unix/X0\"}, 20) = 0",
        "write(1, \"sendto(3, 1, 2, 3) = 4\\n\", 23sendto(3, 1, 2, 3) = 4",
        ")                 = 23", "setsockopt(4, SOL_NETLINK, NETLINK_EXT_ACK, [1], 4) = 0",
        "ioctl(4, TCGETS, {B38400 opost}) = 0",
        "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED} ---", "read(4, \"\\",
        "futex(0x7f, ) = ?",
        "poll([{fd=3, events=POLLIN}], 1, -1) = 1 ([{fd=3, revents=POLLIN}])"}) {
    EXPECT_EQ(rules_broken_in("close(9) = 0\nopenat(AT_FDCWD, \"x\", O_RDONLY) = 4\n" + opens_3 +
                              line + "\n" + bad_line + line + "\n"),
              judged)
        << line;
    EXPECT_EQ(rules_broken_in(start + line + "\n" + bad_line), judged) << "descriptor 4 is unknown";
  }
}

TEST(StraceCut, LinesMayEndInReturns) {
  std::string text = start + bad_line;
  std::ranges::replace(text, '\n', '\r');
  EXPECT_EQ(rules_broken_in(text), judged);
}

TEST(StraceCut, WhatOthersDidToALogIsNamed) {
  const auto refusal = [](const std::string& text) {
    const auto capture = read_strace(text);
    return capture ? "" : capture.error().text;
  };
  EXPECT_NE(refusal("socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) = 3&lt;NETLINK:[1]&gt;\n")
                .find("as HTML does"),
            std::string::npos);
  EXPECT_NE(refusal("{\"log\":\"close(3) = 0\\n\",\"stream\":\"stderr\"}\n").find("jq -rj .log"),
            std::string::npos);
  const std::string message =
      "sendto(3, [{nlmsg_len=25, nlmsg_type=0x802, nlmsg_flags=0x5, nlmsg_seq=1, nlmsg_pid=0}, "
      "{nfgen_family=AF_UNSPEC, version=NFNETLINK_V0, res_id=htons(0)}, [{nla_len=5, "
      "nla_type=0x1}, ";
  const std::string rest = "], 25, 0, NULL, 0) = 25\n";
  EXPECT_NE(
      refusal(opens_3 + message + "\xe2\x80\x9c\\x61\xe2\x80\x9c]" + rest).find("typographic"),
      std::string::npos);
  EXPECT_NE(refusal(opens_3 + message + "\\\"\\x61\\\"]" + rest).find("a backslash before"),
            std::string::npos);
  EXPECT_NE(refusal("12131 +++ exited with 0 +++\n").find("no call of strace opens"),
            std::string::npos);
}

TEST(StraceCut, CallsThatAreNotTracedAreRemarkedUpon) {
  constexpr std::string_view words = "there may be requests and replies that the log does not hold";
  EXPECT_EQ(remarks_with(opens_3 + "sendto(3, \"\\1\", 1, 0, NULL, 0) = 1\n", words), 1U);
  EXPECT_EQ(remarks_with(start + "sendto(3, \"\\1\", 1, 0, NULL, 0) = 1\n", words), 0U);
  EXPECT_EQ(remarks_with("brk(NULL) = 0x1\n" + opens_3 + "send(3, \"\\1\", 1, 0) = 1\n", words), 0U)
      << "everything is traced";
}

TEST(StraceCut, RepliesToRequestsThatAreNotThereAreRemarkedUpon) {
  const std::string reply =
      "recvfrom(3, [{nlmsg_len=36, nlmsg_type=NLMSG_ERROR, nlmsg_flags=0, "
      "nlmsg_seq=9, nlmsg_pid=9}, {error=0}], 4096, 0, NULL, NULL) = 36\n";
  const Report report = check_capture("t", read_log(start + delete_line + reply), {});
  EXPECT_NE(
      to_text(report).find("1 reply is to requests that the recording does not hold, the first "
                           "in line 4"),
      std::string::npos)
      << to_text(report);
}

}  // namespace
}  // namespace cttimeout::tools::check
