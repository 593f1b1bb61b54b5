// strace's output in each of its forms gives the bytes that were sent, and what was read.
#include <gtest/gtest.h>

#include <cerrno>

#include "check/readers/capture.h"
#include "cttimeout/protocol.h"
#include "support/request.h"

namespace cttimeout::tools::check {
namespace {

constexpr std::string_view opens =
    "socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_NETFILTER) = 3\n";
constexpr std::string_view kernel = "{sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = ";

constexpr std::string_view adds_web =
    R"([{nlmsg_len=56, nlmsg_type=NFNL_SUBSYS_CTNETLINK_TIMEOUT<<8|IPCTNL_MSG_TIMEOUT_NEW, )"
    R"(nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK|NLM_F_CREATE, nlmsg_seq=1, nlmsg_pid=0}, )"
    R"({nfgen_family=AF_UNSPEC, version=NFNETLINK_V0, res_id=htons(0)}, )"
    R"([[{nla_len=8, nla_type=0x1}, "\x77\x65\x62\x00"], [{nla_len=6, nla_type=0x2}, "\0\2"], )"
    R"([{nla_len=5, nla_type=0x3}, "\x06"], [{nla_len=12, nla_type=NLA_F_NESTED|0x4}, )"
    R"("\x08\x00\x03\x00\x00\x00\x00\x64"]]])";

constexpr std::string_view acked =
    R"([{nlmsg_len=36, nlmsg_type=NLMSG_ERROR, nlmsg_flags=NLM_F_CAPPED, nlmsg_seq=1, )"
    R"(nlmsg_pid=159}, {error=0, msg={nlmsg_len=56, nlmsg_type=0x800, nlmsg_flags=NLM_F_REQUEST, )"
    R"(nlmsg_seq=1, nlmsg_pid=0}}])";

const test::Bytes web =
    test::new_policy("web", test::ipv4, test::tcp, {{CTA_TIMEOUT_TCP_ESTABLISHED, 100}})
        .ack()
        .create();

Capture read(const std::string& text) {
  auto capture = read_capture(text);
  EXPECT_TRUE(capture) << (capture ? "" : capture.error().text) << "\n" << text;
  return capture ? *std::move(capture) : Capture{};
}

constexpr std::string_view ends = "+++ exited with 0 +++\n";

std::string sendto(std::string_view data, int size) {
  return "sendto(3, " + std::string(data) + ", " + std::to_string(size) + ", 0, " +
         std::string(kernel) + std::to_string(size) + "\n";
}

TEST(ReadStrace, PutsTheDecodedFormTogether) {
  const Capture capture = read(std::string(opens) + sendto(adds_web, 56) + std::string(ends));
  ASSERT_EQ(capture.events.size(), 2U);
  EXPECT_EQ(capture.events[0].bytes, web);
  EXPECT_EQ(capture.events[0].position, 2U);
  EXPECT_EQ(capture.events[1].kind, Event::Kind::closed);
  EXPECT_EQ(capture.remarks,
            (std::vector<std::string>{
                "strace does not print padding, it is taken for zero; `-e write=all` prints it",
                "there may be requests and replies that the log does not hold: it has no read, "
                "write, dup or close; `-e trace=network,desc,process` records them"}));
}

TEST(ReadStrace, DoesNotCloseWhatIsOpenWhereTheLogEnds) {
  const Capture capture = read(std::string(opens) + sendto(adds_web, 56));
  EXPECT_EQ(capture.events.size(), 1U);
}

TEST(ReadStrace, ReadsStringsOfWholeBytes) {
  const Capture capture =
      read("close(4) = 0\n" + std::string(opens) + R"(write(3, "ab\n\0\x7f\177\"", 7) = 7)" + "\n");
  EXPECT_EQ(capture.events[0].bytes, test::hex("61620a007f7f22"));
  EXPECT_TRUE(capture.remarks.empty());
}

TEST(ReadStrace, PrefersADumpOfTheData) {
  const Capture capture =
      read(std::string(opens) + "sendto(3, \"\\x01\"..., 18, 0, " + std::string(kernel) + "18\n" +
           " | 00000  01 02 03 04 05 06 07 08  09 0a 0b 0c 0d 0e 0f 10  "
           "................ |\n"
           " | 00010  11 12                                             "
           "..               |\nclose(3) = 0\n");
  EXPECT_EQ(capture.events[0].bytes, test::hex("0102030405060708090a0b0c0d0e0f101112"));
  EXPECT_FALSE(capture.events[0].cut);
  EXPECT_TRUE(capture.remarks.empty());
}

TEST(ReadStrace, TellsWhatWasReadWithWhichBuffer) {
  const Capture capture = read(
      std::string(opens) + sendto(adds_web, 56) +
      "recvmsg(3, {msg_name={sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, "
      "msg_namelen=12, msg_iov=[{iov_base=" +
      std::string(acked) +
      ", iov_len=4096}], msg_iovlen=1, msg_controllen=0, msg_flags=MSG_TRUNC}, MSG_PEEK) = 36\n"
      "recvmsg(3, {msg_namelen=12}, 0) = -1 ENOBUFS (No buffer space available)\n"
      "recvfrom(3, " +
      std::string(acked) + ", 8192, 0, NULL, NULL) = 36\nclose(3) = 0\n");
  ASSERT_EQ(capture.events.size(), 5U);
  EXPECT_TRUE(capture.knows_reads);
  EXPECT_EQ(capture.events[1].buffer_size, 4096U);
  EXPECT_TRUE(capture.events[1].peek);
  EXPECT_TRUE(capture.events[1].truncated);
  EXPECT_EQ(test::read32(capture.events[1].bytes, 8), 1U);
  EXPECT_EQ(capture.events[2].error, ENOBUFS);
  EXPECT_EQ(capture.events[3].buffer_size, 8192U);
  EXPECT_FALSE(capture.events[3].truncated);
  EXPECT_EQ(capture.events[4].kind, Event::Kind::closed);
}

TEST(ReadStrace, FollowsProcessesAndHalvesOfCalls) {
  const std::string call = sendto(adds_web, 56);
  const std::string head = call.substr(0, call.find("{nfgen"));
  const std::string tail = call.substr(head.size());
  const Capture capture =
      read("[pid 7] 10:00:00.123456 " + std::string(opens) + "[pid 7] " + head +
           "<unfinished ...>\n[pid 8] close(3) = -1 EBADF (Bad file descriptor)\n" +
           "[pid 7] <... sendto resumed>" + tail + "[pid 7] +++ exited with 0 +++\n");
  ASSERT_EQ(capture.events.size(), 2U);
  EXPECT_EQ(capture.events[0].bytes, web);
  EXPECT_EQ(capture.events[0].position, 4U);
}

TEST(ReadStrace, KeepsSocketsApart) {
  const Capture capture = read(
      "7 " + std::string(opens) + "8 " + std::string(opens) + "8 " + sendto("\"\\x01\"", 1) + "7 " +
      sendto("\"\\x02\"", 1) + "7 " + std::string(opens) + "7 " + sendto("\"\\x03\"", 1) +
      "7 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3\n7 write(3, \"GET\", 3) = 3\n" +
      "8 +++ exited with 0 +++\n");
  std::vector<std::pair<std::size_t, Event::Kind>> seen;
  for (const Event& event : capture.events) seen.emplace_back(event.socket, event.kind);
  using Kind = Event::Kind;
  const std::vector<std::pair<std::size_t, Kind>> expected{{1, Kind::sent},   {0, Kind::sent},
                                                           {0, Kind::closed}, {2, Kind::sent},
                                                           {2, Kind::closed}, {1, Kind::closed}};
  EXPECT_EQ(seen, expected);
}

TEST(ReadStrace, ReadsDescriptorsThatNameTheirSocket) {
  const Capture capture = read(
      "socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER) = 3<socket:[651699]>\n"
      "sendto(3<socket:[651699]>, \"\\x01\", 1, 0, NULL, 0) = 1\n");
  EXPECT_EQ(capture.events[0].bytes, test::hex("01"));
}

TEST(ReadStrace, ReadsSeveralMessagesOfOneCall) {
  const Capture capture =
      read(std::string(opens) +
           "sendmmsg(3, [{msg_hdr={msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base=\"\\x01\", "
           "iov_len=1}], msg_iovlen=1, msg_flags=0}, msg_len=1}, {msg_hdr={msg_name={nl_pid=9}, "
           "msg_iov=[{iov_base=\"\\x02\", iov_len=1}], msg_iovlen=1}, msg_len=1}], 2, 0) = 2\n");
  ASSERT_EQ(capture.events.size(), 2U);
  EXPECT_EQ(capture.events[1].bytes, test::hex("02"));
  EXPECT_EQ(capture.events[1].port, 9U);
}

TEST(ReadStrace, ReadsNoMessagesOfACallThatMovedNone) {
  const Capture capture = read(std::string(opens) + sendto(adds_web, 56) +
                               "sendmmsg(3, [], 0, 0) = 0\nrecvmmsg(3, [], 0, 0, NULL) = 0\n");
  EXPECT_EQ(capture.events.size(), 1U);
  EXPECT_EQ(capture.remarks.size(), 2U) << "padding, and calls that are not traced";
}

TEST(ReadStrace, KeepsOfOtherSubsystemsTheHeader) {
  const Capture capture =
      read(std::string(opens) +
           sendto(R"([{nlmsg_len=20, nlmsg_type=0xa10 /* NLMSG_??? */, nlmsg_flags=NLM_F_REQUEST, )"
                  R"(nlmsg_seq=0, nlmsg_pid=0}, "\x00\x00\x00\x00"])",
                  20) +
           sendto(R"([{nlmsg_len=20, nlmsg_type=0x10 /* NFNL_SUBSYS_??? */<<8|0, )"
                  R"(nlmsg_flags=NLM_F_REQUEST, nlmsg_seq=0, nlmsg_pid=0}, {unknown={x=1}}])",
                  20));
  EXPECT_EQ(test::read16(capture.events[0].bytes, 4), 0x0a10);
  EXPECT_EQ(test::read16(capture.events[1].bytes, 4), 0x1000);
}

struct Refusal {
  std::string text;
  std::size_t line;
  std::string_view reason;
};

TEST(ReadStrace, RefusesWhatLacksBytesAndSaysWhere) {
  const std::string head =
      R"([{nlmsg_len=20, nlmsg_type=0x800, nlmsg_flags=0x1, nlmsg_seq=1, nlmsg_pid=0}, )";
  const Refusal refusals[] = {
      {sendto("\"\\x01\"...", 40), 2, "data was cut; record it with `strace -s 65536`"},
      {sendto(adds_web, 40), 2,
       "the parts are 56 bytes, not 40; record them with `strace -e write=all`"},
      {sendto("0x7ffe1234", 40), 2,
       "strace printed the address of the datagram instead of its bytes; record it without `-e "
       "raw`, or with `strace -e write=all`"},
      {sendto(head + "{strange=1}]", 20), 2,
       "a part of a message is not understood; record its bytes with `strace -e write=all`"},
      {sendto(head + "{nfgen_family=AF_STRANGE, version=0, res_id=htons(0)}]", 20), 2,
       "nfgen_family is not known: AF_STRANGE; record the bytes with `strace -e write=all`"},
      {"sendto(3, [{nlmsg_len=28, nlm", 2,
       "the line ends before its call does, and no other sends a datagram; record the log again, "
       "whole"},
  };
  for (const Refusal& refusal : refusals) {
    const auto capture = read_capture(std::string(opens) + refusal.text);
    ASSERT_FALSE(capture) << refusal.reason;
    EXPECT_EQ(capture.error().text, refusal.reason);
    EXPECT_EQ(capture.error().position, refusal.line);
  }
}

TEST(ReadStrace, RefusesATraceWithoutASocketOfNetfilter) {
  const auto capture = read_capture("socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) = 3\n");
  ASSERT_FALSE(capture);
  EXPECT_EQ(
      capture.error().text,
      "no call of strace opens a NETLINK_NETFILTER socket in it, or sends a message of this "
      "endpoint; trace the program from its start, with -f if it starts others, or attach with "
      "`strace -yy -p PID`");
}

}  // namespace
}  // namespace cttimeout::tools::check
